using Vix.P2p.Cli.Output;
using Vix.P2p.Testing;

namespace Vix.P2p.Cli.Tests;

/// <summary>peers --watch and top: on a terminal, in a pipe, and while nobody answers.</summary>
public sealed class LiveTests
{
    private static readonly Terminal Screen = new(IsTerminal: true, Ansi: true, Colour: false) { Width = static () => 100, Height = static () => 12 };

    private ControlHost _host = null!;
    private ManualTimeProvider _time = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _host = await ControlHost.StartAsync();
        _time = new ManualTimeProvider();
    }

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Test]
    public async Task PeersWatch_InAPipe_WritesTheListAgainWhenItChanges()
    {
        TaskCompletionSource<long> change = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Node.OnWait = (_, leaving) => change.Task.WaitAsync(leaving);
        using CliRun run = _host.NewRun().With(time: new ImpatientTime()).Start("peers", "--watch");
        await run.OutputAsync("r14");
        _host.Node.Peers = new PeerList(18, [SampleData.Connected with { Key = "r15" }]);
        change.SetResult(18);
        _host.Node.OnWait = async (known, leaving) =>
        {
            await Task.Delay(Timeout.Infinite, leaving);
            return known;
        };
        await Waiting.UntilAsync(() => run.Out.Text.Contains("r15"));
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Interrupted);
        result.Out.Split("\n\n").Should().HaveCount(2);
        result.Out.Should().NotContain("\e");
    }

    [Test]
    public async Task PeersWatch_WithJson_WritesOneBodyALine()
    {
        TaskCompletionSource<long> change = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Node.OnWait = (_, leaving) => change.Task.WaitAsync(leaving);
        using CliRun run = _host.NewRun().With(time: new ImpatientTime()).Start("peers", "--watch", "--json");
        await run.OutputAsync("r14");
        _host.Node.Peers = new PeerList(18, []);
        change.SetResult(18);
        await Waiting.UntilAsync(() => run.Out.Text.Contains("\"revision\":18"));
        run.Interrupt();

        (await run.EndAsync()).Lines.Should().HaveCount(2).And.OnlyContain(line => line.StartsWith("{\"ok\":true,\"peers\":[") && line.EndsWith('}'));
    }

    [Test]
    public async Task PeersWatch_OnATerminal_HasAScreenThatQLeaves()
    {
        TaskCompletionSource<ConsoleKeyInfo> key = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CliRun run = _host.NewRun().With(output: Screen, readKey: key.Task.WaitAsync).Start("peers", "--watch");
        await run.OutputAsync("r14");

        key.SetResult(new ConsoleKeyInfo('q', ConsoleKey.Q, shift: false, alt: false, control: false));

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Ok);
        result.Out.Should().StartWith("\e[?1049h\e[?25l").And.EndWith("\e[?25h\e[?1049l");
    }

    [Test]
    public async Task PeersWatch_OnATerminalThatIsInterrupted_GivesTheScreenBack()
    {
        using CliRun run = _host.NewRun().With(output: Screen).Start("peers", "--watch");
        await run.OutputAsync("r14");

        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Interrupted);
        result.Out.Should().EndWith("\e[?25h\e[?1049l");
    }

    [Test]
    public async Task Top_InAPipe_ShowsRatesOfTheTimeBetweenTwoLooks()
    {
        using CliRun run = _host.NewRun().With(time: _time).Start("top", "--count", "2", "--every", "2000");
        await run.OutputAsync("r14");
        _host.Node.Status = SampleData.Status with { BytesIn = SampleData.Status.BytesIn + 4_096, MessagesOut = SampleData.Status.MessagesOut + 5 };
        _host.Node.Peers = new PeerList(17, [SampleData.Connected with { BytesOut = SampleData.Connected.BytesOut + 2_048 }]);
        await Waiting.UntilAsync(() => _time.ArmedTimers > 0);
        _time.Advance(TimeSpan.FromSeconds(2));

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Ok);
        string second = result.Out[result.Out.LastIndexOf("alpha", StringComparison.Ordinal)..];
        second.Should().Contain("bytes/s     2.0 KiB in, 0 B out").And.Contain("messages/s  0.0 in, 2.5 out").And.Contain("round trip  3 ms best, 3 ms median, 3 ms worst");
        second.Should().MatchRegex(@"r12 +Connected +beta +tcp://127\.0\.0\.1:9002 +3 ms +1\.2 s +0 B +1\.0 KiB +0\.0 +0\.0 +0 B");
    }

    [Test]
    public async Task Top_OfANodeThatWasStartedAgain_ShowsNoRatesOfAnotherNode()
    {
        using CliRun run = _host.NewRun().With(time: _time).Start("top", "--count", "2");
        await run.OutputAsync("r14");
        _host.Node.Status = SampleData.Status with { Instance = "another", BytesIn = 1_000_000_000 };
        await Waiting.UntilAsync(() => _time.ArmedTimers > 0);
        _time.Advance(TimeSpan.FromSeconds(1));

        (await run.EndAsync()).Out.Should().NotContain("GiB").And.NotContain("MiB");
    }

    [Test]
    public async Task Top_WithJson_WritesTheStatusOfEachLook()
    {
        CliResult result = await _host.RunAsync("top", "--json", "--count", "3", "--every", "100");

        result.Lines.Should().HaveCount(3).And.OnlyContain(line => line.StartsWith("{\"ok\":true,\"running\":true,"));
    }

    [Test]
    public async Task Top_OnATerminal_FitsIntoIt()
    {
        _host.Node.Peers = SampleData.Many(100);
        using CliRun run = _host.NewRun().With(output: Screen).Start("top", "--count", "1");

        CliResult result = await run.EndAsync();

        string screen = result.Out[(result.Out.IndexOf("\e[H", StringComparison.Ordinal) + 3)..result.Out.IndexOf("\e[J", StringComparison.Ordinal)];
        string[] lines = screen.Split("\e[K\n")[..^1];
        lines.Should().HaveCount(11).And.OnlyContain(line => line.Length <= 100);
        lines[^1].Should().StartWith("r");
    }

    [Test]
    public async Task Watch_WhileNobodyAnswers_SaysSoAndGoesOn()
    {
        bool gone = false;
        ControlHost host = _host;
        using HttpMessageInvoker real = new(host.NewHandler());
        using CliRun run = new CliRun().With(time: new ImpatientTime(), handler: _ => new Switch(real, () => gone)).Start("top", "--json");
        await run.OutputAsync("\"running\"");
        gone = true;
        await Waiting.UntilAsync(() => run.Error.Text.Contains("Trying again"));
        gone = false;
        await Waiting.UntilAsync(() => run.Error.Text.Contains("answers again"));
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Interrupted);
        result.Error.Should().Be("http://127.0.0.1:5180/p2p cannot be reached. Trying again; Ctrl-C ends it.\nhttp://127.0.0.1:5180/p2p answers again\n");
    }

    private sealed class Switch : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _real;
        private readonly Func<bool> _gone;

        public Switch(HttpMessageInvoker real, Func<bool> gone)
        {
            _real = real;
            _gone = gone;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _gone() ? throw new HttpRequestException(HttpRequestError.ConnectionError) : _real.SendAsync(request, cancellationToken);
    }
}
