using Microsoft.Extensions.Logging;

namespace Vix.P2p.Cli.Tests;

/// <summary>logs: the last lines, and those to come, each once.</summary>
public sealed class LogsTests
{
    private static readonly NodeLogLine[] Lines =
    [
        new(1, SampleData.Day, LogLevel.Information, 1100, "[p2p] node started"),
        new(2, SampleData.Day.AddSeconds(1), LogLevel.Warning, 1102, "[p2p] anybody who reaches this listener may connect"),
        new(3, SampleData.Day.AddSeconds(2), LogLevel.Information, 1403, "[p2p] peer joined"),
    ];

    private ControlHost _host = null!;
    private Watched<NodeLogLine> _lines = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _host = await ControlHost.StartAsync();
        _lines = new Watched<NodeLogLine>();
        _host.Node.OnWatchLog = _lines.WatchAsync;
        _host.Node.LogLines.Clear();
        _host.Node.LogLines.AddRange(Lines);
    }

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Logs_OfANode_AreItsLastLines()
    {
        (await _host.RunAsync("logs", "--lines", "2")).Should().Be(new CliResult(
            ExitCode.Ok,
            """
            2026-03-14T09:26:54.589Z  Warning      1102  [p2p] anybody who reaches this listener may connect
            2026-03-14T09:26:55.589Z  Information  1403  [p2p] peer joined

            """.ReplaceLineEndings("\n"),
            ""));
    }

    [Test]
    public async Task Logs_OfALevel_LeaveOutTheOthers()
    {
        (await _host.RunAsync("logs", "--level", "Warning")).Lines.Should().ContainSingle().Which.Should().Contain("anybody");
    }

    [Test]
    public async Task Logs_WithJson_AreOneObjectALine()
    {
        CliResult result = await _host.RunAsync("logs", "--json");

        result.Lines.Should().HaveCount(3);
        result.Lines[0].Should().Be("""{"seq":1,"at":"2026-03-14T09:26:53.589Z","level":"Information","event_id":1100,"message":"[p2p] node started"}""");
    }

    [TestCase()]
    [TestCase("--json")]
    public async Task Logs_OfANodeThatHasNone_AreEmpty(params string[] options)
    {
        _host.Node.LogLines.Clear();

        (await _host.RunAsync(["logs", .. options])).Out.Trim().Should().BeEmpty();
    }

    [Test]
    public async Task Logs_Followed_GoOnOverALostConnectionAndARestart()
    {
        _lines.Kept.AddRange(Lines);
        Watched<NodeLogLine> second = new();
        // The line in between was written while nobody was connected; then a new node counts from 1.
        second.Kept.AddRange([.. Lines, new NodeLogLine(4, SampleData.Day.AddSeconds(3), LogLevel.Information, 1404, "[p2p] peer left")]);
        Watched<NodeLogLine> third = new();
        third.Kept.Add(new NodeLogLine(1, SampleData.Day.AddSeconds(60), LogLevel.Information, 1100, "[p2p] node started again"));
        Queue<Watched<NodeLogLine>> streams = new([_lines, second, third]);
        _host.Node.OnWatchLog = (after, leaving) => streams.Dequeue().WatchAsync(after, leaving);
        using CliRun run = _host.NewRun().With(time: new ImpatientTime()).Start("logs", "--follow");
        await run.OutputAsync("peer joined");

        _lines.End();
        await Waiting.UntilAsync(() => second.Count > 0);
        await run.OutputAsync("peer left");
        second.End();
        await Waiting.UntilAsync(() => third.Count > 0);
        await run.OutputAsync("node started again");
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Interrupted);
        result.Lines.Select(line => line[45..]).Should().Equal("[p2p] node started", "[p2p] anybody who reaches this listener may connect", "[p2p] peer joined", "[p2p] peer left", "[p2p] node started again");
        result.Error.Should().Contain("has ended the stream. Trying again; Ctrl-C ends it.").And.Contain("answers again");
    }

    [Test]
    public async Task Logs_FollowedWithJson_AreWrittenAsTheyCome()
    {
        using CliRun run = _host.NewRun().Start("logs", "--follow", "--json");
        await Waiting.UntilAsync(() => _lines.Count > 0);
        _lines.Add(Lines[2]);
        await run.OutputAsync("\"seq\":3");
        run.Interrupt();

        (await run.EndAsync()).Lines.Should().ContainSingle().Which.Should().StartWith("{\"seq\":3,");
    }
}
