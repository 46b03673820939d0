using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests;

/// <summary>The samples do what their README says.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Quickstart_OnTheFirstLook_ShowsAConnectedPeer()
    {
        int http = FreePort.Next();
        // The command of the README, but for the building, which has been done.
        await using ChildProcess sample = ChildProcess.Start(
            "dotnet",
            Repository.Root,
            ["run", "--project", "docs/samples/Quickstart", "--no-build", "--configuration", SampleProcess.Configuration, "--", "--urls", $"http://127.0.0.1:{http}", "--P2p:ListenPort", Text(FreePort.Next())]);
        await sample.WaitForOutputAsync("Ctrl+C ends it.", Patience);

        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
        JsonNode peers = JsonNode.Parse(await client.GetStringAsync("/p2p/peers"))!;

        JsonObject row = peers["peers"]!.AsArray().Should().ContainSingle().Subject!.AsObject();
        row.Text("state").Should().Be("Connected");
        row.Text("node_id").Should().Be("neighbour");
        row.Flag("secure").Should().BeTrue();
        sample.Output.Should().Contain($"curl http://127.0.0.1:{http}/p2p/peers").And.Contain("A second process");
    }

    [Test]
    public async Task Quickstart_InTwoProcesses_ConnectsAsItsReadmeSays()
    {
        (int firstHttp, int secondHttp, int secondPort) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        await using ChildProcess first = SampleProcess.Start("Quickstart", "--urls", $"http://127.0.0.1:{firstHttp}", "--P2p:ListenPort", Text(FreePort.Next()));
        await using ChildProcess second = SampleProcess.Start("Quickstart", "--urls", $"http://127.0.0.1:{secondHttp}", "--P2p:ListenPort", Text(secondPort), "--P2p:NodeId", "second");
        await first.WaitForOutputAsync("Ctrl+C ends it.", Patience);
        await second.WaitForOutputAsync("Ctrl+C ends it.", Patience);

        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{firstHttp}") };
        using StringContent body = new($$"""{"host":"127.0.0.1","port":{{secondPort}},"scheme":"tcp"}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync("/p2p/connect", body);

        (await answer.Content.ReadAsStringAsync()).Should().StartWith($$"""{"ok":true,"started":true,"endpoint":"tcp://127.0.0.1:{{secondPort}}" """.TrimEnd());
        await Poll.UntilAsync(
            () => client.GetStringAsync("/p2p/peers"),
            text => JsonNode.Parse(text)!["peers"]!.AsArray().Any(row => row!["node_id"]?.GetValue<string>() == "second" && row["state"]!.GetValue<string>() == "Connected"),
            Patience,
            "the second process is Connected");
    }

    [Test]
    public async Task Quickstart_WithItsNodePortTaken_SaysWhatToDo()
    {
        using TcpListener taken = new(IPAddress.Loopback, FreePort.Next());
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using ChildProcess sample = SampleProcess.Start("Quickstart", "--urls", "http://127.0.0.1:0", "--P2p:ListenPort", Text(port));
        int code = await sample.WaitForExitAsync(Patience);

        code.Should().NotBe(0);
        Explanation(sample).Should().Contain("P2p:ListenPort").And.Contain(Text(port)).And.Contain("pick others");
    }

    [Test]
    public async Task Quickstart_WithItsHttpPortTaken_SaysWhatToDo()
    {
        using TcpListener taken = new(IPAddress.Loopback, FreePort.Next());
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using ChildProcess sample = SampleProcess.Start("Quickstart", "--urls", $"http://127.0.0.1:{port}", "--P2p:ListenPort", Text(FreePort.Next()));
        int code = await sample.WaitForExitAsync(Patience);

        code.Should().NotBe(0);
        Explanation(sample).Should().Contain(Text(port)).And.Contain("pick others");
    }

    [Test]
    public async Task NodeAAndNodeB_Together_PrintTheThreeLines()
    {
        int port = FreePort.Next();
        await using ChildProcess a = SampleProcess.Start("NodeA", Text(port));
        await a.WaitForOutputAsync($"listens on port {port}", Patience);
        await using ChildProcess b = SampleProcess.Start("NodeB", Text(port));

        await b.WaitForOutputAsync("is Connected. Enter ends it.", Patience);
        string[] lines = b.Output.Split(Environment.NewLine);
        lines.Should().Contain($"[p2p] connect() requested: tcp://127.0.0.1:{port}");
        lines.Should().Contain("[p2p] handshake completed");
        string ready = lines.Single(line => line.StartsWith("[p2p] connect() ready: peer_id=", StringComparison.Ordinal));
        a.Output.Should().Contain(ready["[p2p] connect() ready: peer_id=".Length..], "the id is the one NodeA prints at its start");
        await a.WaitForOutputAsync("[p2p] handshake completed", Patience);

        b.WriteLine("");
        (await b.WaitForExitAsync(Patience)).Should().Be(0, b.Output);
        if (!OperatingSystem.IsWindows())
        {
            await a.SignalAsync("TERM");
            (await a.WaitForExitAsync(Patience)).Should().Be(0, a.Output);
        }
    }

    [Test]
    public async Task NodeB_WithoutNodeA_NamesTheReason()
    {
        await using ChildProcess b = SampleProcess.Start("NodeB", Text(FreePort.Next()));

        (await b.WaitForExitAsync(Patience)).Should().Be(1);
        b.Output.Should().Contain("connection_refused").And.Contain("Is NodeA running?");
    }

    // The host logs the failure with its stack; what the sample says comes last.
    private static string Explanation(ChildProcess sample) =>
        sample.Output[sample.Output.LastIndexOf("Quickstart could not start", StringComparison.Ordinal)..];

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
