using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Tests;

/// <summary>
/// Runs each command line of docs/cli.md and compares what it shows. VIX_UPDATE_SNAPSHOTS=1 writes the outputs anew.
/// </summary>
public sealed partial class DocumentTests
{
    private const string Page = "docs/cli.md";
    private const string Prompt = "$ ";

    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("vix-p2p-cli-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Document_EachCommandLine_ShowsItsRealOutput()
    {
        string path = Snapshot.FromRoot(Page);
        string document = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        StringBuilder real = new();
        int place = 0;
        foreach (Match block in Block().Matches(document))
        {
            real.Append(document, place, block.Groups[1].Index - place);
            real.Append(await RunAsync(block.Groups[1].Value.Split('\n').Where(line => line.StartsWith(Prompt))));
            place = block.Groups[1].Index + block.Groups[1].Length;
        }

        place.Should().BePositive();
        real.Append(document, place, document.Length - place);
        Snapshot.Compare(Page, real.ToString());
    }

    [Test]
    public async Task Document_Always_ShowsEachCommandAndOption()
    {
        string document = await File.ReadAllTextAsync(Snapshot.FromRoot(Page));
        Command root = CliApp.CreateRoot(new CliRun().Context);

        foreach (Command command in root.Subcommands.Where(command => !command.Hidden))
            document.Should().Contain($"$ vix-p2p {command.Name}");
        foreach (Option option in root.Subcommands.Single(command => command.Name == "run").Options)
            document.Should().Contain($"| `{option.Name}");
    }

    [Test]
    public async Task Document_EachExitCode_IsInTheTable()
    {
        string document = await File.ReadAllTextAsync(Snapshot.FromRoot(Page));
        string table = document[document.IndexOf("## Exit codes", StringComparison.Ordinal)..];

        CodeRow().Matches(table).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .Should().BeEquivalentTo(typeof(ExitCode).GetFields().Select(field => (int)field.GetValue(null)!));
    }

    private async Task<string> RunAsync(IEnumerable<string> prompts)
    {
        // The commands of one block see what those before them have done.
        await using ControlHost host = await StartHostAsync();
        StringBuilder shown = new();
        int code = 0;
        foreach (string prompt in prompts)
        {
            shown.Append(prompt).Append('\n');
            string line = prompt[Prompt.Length..];
            if (line == "echo $?")
            {
                shown.Append(CultureInfo.InvariantCulture, $"{code}\n");
                continue;
            }

            (code, string output) = await RunAsync(host, line);
            shown.Append(output);
        }

        return shown.ToString();
    }

    private async Task<(int Code, string Output)> RunAsync(ControlHost host, string line)
    {
        line.Should().StartWith(CliApp.Name + " ");
        List<string> arguments = [.. line.Split(' ')[1..].Select(argument => FileName().IsMatch(argument) ? Path.Combine(_folder, argument) : argument)];
        using CliRun run = host.NewRun();
        bool isRun = arguments[0] == "run";
        if (isRun)
            arguments.AddRange(["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
        run.Start([.. arguments]);
        if (isRun)
            await run.OutputAsync("/ui/\n");
        if (arguments.Contains("--watch"))
            await run.OutputAsync("tcp://");
        if (isRun || arguments.Contains("--watch"))
            run.Interrupt();
        CliResult result = await run.EndAsync();
        // Of a node that runs, the page shows what it says and not what it logs.
        return (result.Code, Same(result.Out + (isRun ? "" : result.Error)));
    }

    // What differs from run to run.
    private string Same(string output)
    {
        output = output.Replace(_folder + Path.DirectorySeparatorChar, "");
        output = Control().Replace(Listening().Replace(output, "tcp://127.0.0.1:9001"), "http://127.0.0.1:5180/p2p");
        output = NewId().Replace(output, SampleData.OwnId.ToString());
        output = Now().Replace(output, Units.Instant(SampleData.Day.AddSeconds(1.5).UtcDateTime));
        return Took().Replace(output, "answers in 0.6 ms");
    }

    private static async Task<ControlHost> StartHostAsync()
    {
        ControlHost host = await ControlHost.StartAsync();
        host.Node.OnConnect = (endpoint, _) => new ConnectResult(true, endpoint, P2pReason.None)
        {
            AttemptId = endpoint == SampleData.Refused.Endpoint ? SampleData.Refused.Id : SampleData.Reached.Id,
            State = PeerState.Connecting,
        };
        host.Node.OnQuery = query =>
        {
            PeerInfo[] rows = [.. SampleData.Peers.Peers.Where(row => query.States.Count == 0 || query.States.Contains(row.State))];
            return new PeerPage(SampleData.Peers.Revision, SampleData.Peers.Peers.Count, rows.Length, rows, null);
        };
        host.Node.LogLines.Clear();
        host.Node.LogLines.AddRange(
        [
            new(1, SampleData.Day, LogLevel.Information, 1100, $"[p2p] node started: id={SampleData.OwnId} listening on tcp://0.0.0.0:9001 tcp://[::]:9001"),
            new(2, SampleData.Day.AddSeconds(1.9), LogLevel.Information, 1400, "[p2p] connect() requested: tcp://127.0.0.1:9002"),
            new(3, SampleData.Day.AddSeconds(2), LogLevel.Information, 1402, "[p2p] handshake completed"),
        ]);
        Watched<PeerEvent> events = new();
        events.Kept.AddRange(
        [
            new(PeerEventKind.PeerConnecting, 18, SampleData.Day.AddSeconds(1.96), SampleData.Connected with { State = PeerState.Connecting }, P2pReason.None),
            new(PeerEventKind.PeerConnected, 19, SampleData.Day.AddSeconds(2), SampleData.Connected, P2pReason.None),
            new(PeerEventKind.ConnectFailed, 20, SampleData.Day.AddSeconds(170), SampleData.Waiting, P2pReason.ConnectionRefused),
        ]);
        host.Node.OnWatch = events.WatchAsync;
        return host;
    }

    [GeneratedRegex("```console\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^[a-z]+\.(pem|key)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"(?<=^listening on )tcp://127\.0\.0\.1:\d+", RegexOptions.Multiline)]
    private static partial Regex Listening();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/p2p")]
    private static partial Regex Control();

    [GeneratedRegex(@"(?<=^node alpha )[0-9a-f]{64}|^[0-9a-f]{64}$", RegexOptions.Multiline)]
    private static partial Regex NewId();

    [GeneratedRegex(@"^\S+(?=  status )", RegexOptions.Multiline)]
    private static partial Regex Now();

    [GeneratedRegex(@"answers in \d+\.\d ms")]
    private static partial Regex Took();

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex CodeRow();
}
