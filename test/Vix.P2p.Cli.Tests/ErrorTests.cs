using System.Net.Sockets;
using System.Text;

namespace Vix.P2p.Cli.Tests;

/// <summary>What can be wrong between the program and a control plane: the exit code, and what to do.</summary>
public sealed class ErrorTests
{
    [Test]
    public async Task Command_WhereNobodyListens_SaysHowToStartOne()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, and nobody listens
        string url = $"http://{taken.LocalEndPoint}";

        CliResult result = await CliRun.RunAsync(new CliRun(), "status", "--url", url);

        result.Should().Be(new CliResult(ExitCode.Unreachable, "", $"error: Nobody listens at {url}/p2p.\nIs the node running? 'vix-p2p run' starts one; --url or VIX_P2P_URL names another address.\n"));
    }

    [Test]
    public async Task Command_ToAPortThatSpeaksNoHttp_EndsAsUnreachable()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        Task<TcpClient> accepted = other.AcceptTcpClientAsync();
        Task<CliResult> running = CliRun.RunAsync(new CliRun(), "status", "--url", $"http://{other.LocalEndpoint}");
        using (TcpClient client = await accepted.Soon())
            await client.GetStream().WriteAsync("SSH-2.0-x\r\n"u8.ToArray());

        CliResult result = await running.Soon();

        result.Code.Should().Be(ExitCode.Unreachable);
        result.Error.Should().StartWith("error: The connection to http://127.0.0.1:");
    }

    [Test]
    public async Task Command_ToATlsPortThatIsNone_NamesTheScheme()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        Task<TcpClient> accepted = other.AcceptTcpClientAsync();
        Task<CliResult> running = CliRun.RunAsync(new CliRun(), "status", "--url", $"https://{other.LocalEndpoint}");
        using (TcpClient client = await accepted.Soon())
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        CliResult result = await running.Soon();

        result.Code.Should().Be(ExitCode.Unreachable);
        result.Error.Should().Contain("no secure connection").And.Contain("http:// or https://");
    }

    [Test]
    public async Task Command_WithoutTheKeyThatIsAskedFor_IsRefusedAndSaysHowToGiveIt()
    {
        await using ControlHost host = await ControlHost.StartAsync(("P2p:Control:ApiKey", ControlHost.Key), ("P2p:Control:AllowLocal", "false"));

        CliResult without = await host.RunAsync("bans");
        CliResult wrong = await host.RunAsync("bans", "--api-key", ControlHost.Key + "x");
        CliResult right = await host.RunAsync("bans", "--api-key", ControlHost.Key);
        CliResult byVariable = await CliRun.RunAsync(host.NewRun().With(variables: new() { ["VIX_P2P_API_KEY"] = ControlHost.Key }), "bans");

        without.Code.Should().Be(ExitCode.Refused);
        without.Error.Should().StartWith("error: unauthorized: ").And.Contain("--api-key-file FILE or VIX_P2P_API_KEY");
        wrong.Code.Should().Be(ExitCode.Refused);
        wrong.Error.Should().NotContain(ControlHost.Key);
        right.Code.Should().Be(ExitCode.Ok);
        byVariable.Code.Should().Be(ExitCode.Ok);
    }

    [Test]
    public async Task Command_WithTheKeyInAFile_SendsIt()
    {
        await using ControlHost host = await ControlHost.StartAsync(("P2p:Control:ApiKey", ControlHost.Key), ("P2p:Control:AllowLocal", "false"));
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, ControlHost.Key + "\n");

        CliResult result = await CliRun.RunAsync(host.NewRun().With(variables: new() { ["VIX_P2P_API_KEY"] = "the-file-goes-before-the-variable" }), "bans", "--api-key-file", file);
        File.Delete(file);

        result.Code.Should().Be(ExitCode.Ok, result.Error);
    }

    [Test]
    public async Task Command_WithAKeyOverHttpToAnotherMachine_WarnsOfIt()
    {
        Answers server = new(_ => Answers.Json("""{"ok":true,"bans":[]}"""));

        CliResult result = await CliRun.RunAsync(server.NewRun(), "bans", "--url", "http://node.example", "--api-key", ControlHost.Key);

        result.Error.Should().Be("warning: the key goes over http to node.example, where everyone on the way can read it; use https.\n");
        server.Requests.Should().ContainSingle().Which.Headers.Authorization!.ToString().Should().Be($"Bearer {ControlHost.Key}");
    }

    [Test]
    public async Task Command_ToANodeThatDoesNotRun_EndsWithTheServersHint()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        host.Node.Status = SampleData.Status with { State = NodeState.Stopped };

        CliResult result = await host.RunAsync("connect", "127.0.0.1:9002");

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().StartWith("error: p2p_node_unavailable: ");
    }

    [TestCase(HttpStatusCode.OK, ExitCode.Failed)]
    [TestCase(HttpStatusCode.BadGateway, ExitCode.Failed)]
    [TestCase(HttpStatusCode.Found, ExitCode.Failed)]
    [TestCase(HttpStatusCode.NotFound, ExitCode.Failed)]
    public async Task Command_ToAnotherWebServer_AsksWhetherTheAddressIsRight(HttpStatusCode status, int code)
    {
        Answers server = new(_ => new HttpResponseMessage(status) { Content = new StringContent("<html>\e[31mhello</html>", Encoding.UTF8, "text/html") });

        CliResult result = await CliRun.RunAsync(server.NewRun(), "status");

        result.Code.Should().Be(code);
        result.Out.Should().BeEmpty();
        result.Error.Should().Contain("Is http://127.0.0.1:5180/p2p a control plane?").And.NotContain("\e");
    }

    [Test]
    public async Task Command_ThatAnotherServerForbids_IsRefused()
    {
        Answers server = new(_ => new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent("<html>\e[31mno</html>", Encoding.UTF8, "text/html") });

        CliResult result = await CliRun.RunAsync(server.NewRun(), "status", "--json");

        result.Code.Should().Be(ExitCode.Refused);
        result.Out.Should().BeEmpty();
        result.Error.Should().StartWith("error: ").And.NotContain("\e");
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"ok\":true,\"peers\":null}")]
    [TestCase("{\"ok\":true,\"peers\":[null],\"total\":1,\"matched\":1,\"returned\":1,\"revision\":1}")]
    [TestCase("{\"ok\":true,\"peers\":[{\"state\":null}]}")]
    public async Task Command_WithABodyThatIsNone_EndsWithAMessage(string body)
    {
        Answers server = new(_ => Answers.Json(body));

        CliResult result = await CliRun.RunAsync(server.NewRun(), "peers");

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().StartWith("error: ").And.NotContain("   at ");
    }

    [Test]
    public async Task Command_WhoseAnswerDoesNotCome_EndsAtItsTimeout()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();

        CliResult result = await CliRun.RunAsync(new CliRun(), "status", "--timeout", "1", "--url", $"http://{silent.LocalEndpoint}");

        result.Code.Should().Be(ExitCode.Unreachable);
        result.Error.Should().EndWith("does not answer in time.\n--timeout waits longer.\n");
    }

    [Test]
    public async Task Command_Interrupted_EndsAtOnceAndWithoutAWord()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        using CliRun run = new CliRun().Start("status", "--url", $"http://{silent.LocalEndpoint}");
        using TcpClient accepted = await silent.AcceptTcpClientAsync().Soon();

        run.Interrupt();

        (await run.EndAsync()).Should().Be(new CliResult(ExitCode.Interrupted, "", ""));
    }
}
