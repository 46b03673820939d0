using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Vix.P2p.Testing;

namespace Vix.P2p.Cli.Tests;

/// <summary>run: a real node with a real control plane on ports that the system picks.</summary>
public sealed partial class RunTests
{
    private static readonly string[] AnyPorts = ["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"];

    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("vix-p2p-cli-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Run_UntilItIsStopped_SaysWhereEverythingIsAndEndsWithCode0()
    {
        using CliRun run = new CliRun().Start(["run", "--id", "alpha", "--identity", Path.Combine(_folder, "alpha.pem"), .. AnyPorts]);
        string url = await UrlAsync(run);
        CliResult status = await CliRun.RunAsync(new CliRun(), "status", "--url", url);
        using HttpClient http = new();
        using HttpResponseMessage page = await http.GetAsync($"{url}/ui/");
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Ok);
        result.Lines.Should().HaveCount(4);
        result.Lines[0].Should().MatchRegex("^node alpha [0-9a-f]{64}$");
        result.Lines[1].Should().MatchRegex(@"^listening on tcp://127\.0\.0\.1:\d+$");
        result.Lines[2].Should().Be($"control plane {url} for this machine");
        result.Lines[3].Should().Be($"dashboard {url}/ui/");
        result.Error.Should().Contain("  Information  [p2p] node started: ").And.Contain("[p2p] node stopped");
        status.Out.Should().Contain("alpha").And.Contain("Running");
        page.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Run_OfTwoNodesWithANetworkKey_ConnectsThem()
    {
        string key = Path.Combine(_folder, "network.key");
        await CliRun.RunAsync(new CliRun(), "key", key);
        using CliRun first = new CliRun().Start(["run", "--id", "alpha", "--network-key-file", key, .. AnyPorts]);
        string firstUrl = await UrlAsync(first);
        string endpoint = Listening().Match(first.Out.Text).Groups[1].Value;
        string id = first.Out.Text.Split('\n')[0].Split(' ')[2];

        using CliRun second = new CliRun().Start(["run", "--id", "beta", "--network-key-file", key, "--connect", $"{endpoint}#{id}", .. AnyPorts]);
        string secondUrl = await UrlAsync(second);
        await second.NoteAsync("connect() ready");
        CliResult peers = await CliRun.RunAsync(new CliRun(), "peers", "--url", secondUrl);
        CliResult kept = await CliRun.RunAsync(new CliRun(), "persistent", "--url", secondUrl);
        CliResult connect = await CliRun.RunAsync(new CliRun(), "connect", Listening().Match(second.Out.Text).Groups[1].Value, "--wait", "--url", firstUrl);
        first.Interrupt();
        second.Interrupt();

        peers.Lines[1].Should().MatchRegex("^p1 +Connected +alpha +");
        kept.Out.Should().Contain(endpoint).And.Contain(id);
        connect.Code.Should().Be(ExitCode.Ok, connect.Error);
        (await first.EndAsync()).Code.Should().Be(ExitCode.Ok);
        (await second.EndAsync()).Code.Should().Be(ExitCode.Ok);
    }

    [Test]
    public async Task Run_WithATime_EndsByItself()
    {
        ManualTimeProvider time = new();
        using CliRun run = new CliRun().With(time: time).Start(["run", "--run", "60", "--stats-every", "1000", .. AnyPorts]);
        await UrlAsync(run);
        await Waiting.UntilAsync(() => time.ArmedTimers >= 2);
        time.Advance(TimeSpan.FromSeconds(1));
        await run.OutputAsync("stats ");
        time.Advance(TimeSpan.FromSeconds(60));

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Ok);
        result.Lines.Should().Contain(line => Stats().IsMatch(line));
    }

    [Test]
    public async Task Run_Quietly_WritesNothing()
    {
        ManualTimeProvider time = new();
        using CliRun run = new CliRun().With(time: time).Start(["run", "--quiet", "--run", "1", .. AnyPorts]);
        await Waiting.UntilAsync(() => time.ArmedTimers > 0);
        time.Advance(TimeSpan.FromSeconds(1));

        (await run.EndAsync()).Should().Be(new CliResult(ExitCode.Ok, "", ""));
    }

    [Test]
    public async Task Run_WithoutAControlPlane_ListensForPeersOnly()
    {
        using CliRun run = new CliRun().Start("run", "--listen", "127.0.0.1:0", "--http", "none");
        await run.OutputAsync("listening on ");
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Ok);
        result.Out.Should().NotContain("http");
    }

    [Test]
    public async Task Run_WithoutAListener_OnlyDials()
    {
        using CliRun run = new CliRun().Start("run", "--listen", "none", "--http", "0");
        await UrlAsync(run);
        run.Interrupt();

        (await run.EndAsync()).Out.Should().NotContain("listening");
    }

    [TestCase("0.0.0.0:0")]
    [TestCase("[::]:0")]
    [TestCase("192.0.2.1:5180")]
    public async Task Run_OpenToOtherMachinesWithoutAKey_IsRefused(string http)
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "run", "--listen", "none", "--http", http);

        result.Should().Be(new CliResult(ExitCode.Usage, "", $"error: --http {http} can be reached from other machines, and there is no key.\nGive one by --api-key-file FILE or VIX_P2P_API_KEY (at least 32 characters), or listen on 127.0.0.1.\n"));
    }

    [Test]
    public async Task Run_OpenToOtherMachinesWithAKey_SaysWhoIsLetIn()
    {
        using CliRun run = new CliRun().With(variables: new() { ["VIX_P2P_API_KEY"] = ControlHost.Key }).Start("run", "--listen", "none", "--http", "0.0.0.0:0");
        string url = await UrlAsync(run);
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Out.Should().MatchRegex(@"control plane http://127\.0\.0\.1:\d+/p2p for this machine and holders of the key");
        (result.Out + result.Error).Should().NotContain(ControlHost.Key);
        url.Should().StartWith("http://127.0.0.1:");
    }

    [Test]
    public async Task Run_WithAShortKey_NamesTheOptionAndNotTheKey()
    {
        string file = Path.Combine(_folder, "api.key");
        await File.WriteAllTextAsync(file, "too-short");

        CliResult result = await CliRun.RunAsync(new CliRun(), ["run", "--api-key-file", file, .. AnyPorts]);

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().Contain("error: --api-key-file holds a key of 9 characters").And.NotContain("too-short");
    }

    [Test]
    public async Task Run_WithItsPortTaken_NamesTheOptionAndTheWayOut()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        CliResult node = await CliRun.RunAsync(new CliRun(), "run", "--listen", $"127.0.0.1:{port}", "--http", "none");
        CliResult http = await CliRun.RunAsync(new CliRun(), "run", "--listen", "none", "--http", port);

        node.Code.Should().Be(ExitCode.Failed);
        node.Error.Should().Contain("error: --listen (port) is ").And.Contain(port).And.Contain("--listen 0");
        http.Code.Should().Be(ExitCode.Failed);
        http.Error.Should().Contain(port).And.Contain("--http 0").And.NotContain("   at ");
    }

    [TestCase("--id", "a\tb", "--id")]
    [TestCase("--identity", "/no/such/folder/node.pem", "--identity")]
    [TestCase("--network-key-file", "/no/such/file", "--network-key-file")]
    public async Task Run_WithASettingThatCannotBeUsed_NamesTheOption(string option, string value, string named)
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), ["run", option, value, .. AnyPorts]);

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().Contain($"error: {named} is ").And.NotContain("   at ").And.NotContain("P2p:");
    }

    [TestCase("9001", null, 9001)]
    [TestCase("0", null, 0)]
    [TestCase("127.0.0.1:9001", "127.0.0.1", 9001)]
    [TestCase("localhost:9001", "127.0.0.1", 9001)]
    [TestCase("[::1]:9001", "::1", 9001)]
    public void BindAddress_InEachForm_IsRead(string text, string? address, int port)
    {
        Running.BindAddress.TryParse(text, out Running.BindAddress read).Should().BeTrue();
        read.Should().Be(new Running.BindAddress(address is null ? null : IPAddress.Parse(address), port));
    }

    [TestCase("")]
    [TestCase("65536")]
    [TestCase("-1")]
    [TestCase("::1:9001")]
    [TestCase("[::1]")]
    [TestCase("node.example:9001")]
    [TestCase(":9001")]
    [TestCase("127.0.0.1:")]
    public void BindAddress_ThatIsNone_IsRefused(string text)
    {
        Running.BindAddress.TryParse(text, out _).Should().BeFalse();
    }

    private static async Task<string> UrlAsync(CliRun run)
    {
        await run.OutputAsync("/ui/\n");
        return Control().Match(run.Out.Text).Groups[1].Value;
    }

    [GeneratedRegex(@"control plane (http://\S+)")]
    private static partial Regex Control();

    [GeneratedRegex(@"listening on (tcp://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^stats uptime_s=\d+ peers_connected=0 peers_total=0 rtt_ms=- bytes_in_s=0 bytes_out_s=0 messages_in_s=0 messages_out_s=0 handshakes_failed=0$")]
    private static partial Regex Stats();
}
