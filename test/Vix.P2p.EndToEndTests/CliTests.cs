using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests;

/// <summary>The tool as its user has it: installed from the packed package, as processes with pipes and signals.</summary>
public sealed partial class CliTests
{
    private static readonly string[] AnyPorts = ["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"];

    [Test]
    public async Task Tool_AfterItsInstall_IsThePackedVersion()
    {
        (await CliTool.RunAsync("--version")).Should().Be((0, PackedPackages.Version + Environment.NewLine));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Sends signals, which Windows does not have.")]
    public async Task TwoNodes_RunAndConnectedByTheTool_SeeEachOther()
    {
        await using ChildProcess a = await CliTool.StartAsync(["run", "--id", "node-A", .. AnyPorts]);
        await using ChildProcess b = await CliTool.StartAsync(["run", "--id", "node-B", .. AnyPorts]);
        (string urlA, string urlB) = (await UrlAsync(a), await UrlAsync(b));
        string endpointB = Listening().Match(b.Output).Groups[1].Value;

        (int code, string status) = await CliTool.RunAsync("status", "--url", urlA);
        (code, status).Should().Match<(int Code, string Output)>(run => run.Code == 0 && run.Output.Contains("node-A") && run.Output.Contains("Running"));

        (code, string connected) = await CliTool.RunAsync("connect", endpointB, "--wait", "--url", urlA);
        code.Should().Be(0, connected);
        connected.Should().StartWith($"connected to {endpointB} in ");

        (code, string peers) = await CliTool.RunAsync("peers", "--json", "--url", urlB);
        code.Should().Be(0, peers);
        JsonObject row = JsonNode.Parse(peers)!["peers"]!.AsArray().Should().ContainSingle().Subject!.AsObject();
        row.Text("node_id").Should().Be("node-A");
        row.Text("state").Should().Be("Connected");

        (code, string refused) = await CliTool.RunAsync("connect", $"127.0.0.1:{FreePort.Next()}", "--wait", "--url", urlA);
        code.Should().Be(5, refused);
        refused.Should().StartWith("error: connection_refused: ");

        foreach (ChildProcess node in (ChildProcess[])[a, b])
        {
            await node.SignalAsync("TERM");
            (await node.WaitForExitAsync(CliTool.Patience)).Should().Be(0, node.Output);
        }

        (code, string gone) = await CliTool.RunAsync("status", "--url", urlA);
        code.Should().Be(3, gone);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Sends signals, which Windows does not have.")]
    public async Task Run_OnCtrlC_EndsWithCode0()
    {
        await using ChildProcess node = await CliTool.StartAsync(["run", .. AnyPorts]);
        await UrlAsync(node);

        await node.SignalAsync("INT");

        (await node.WaitForExitAsync(CliTool.Patience)).Should().Be(0, node.Output);
        node.Output.Should().Contain("[p2p] node stopped");
    }

    [TestCase("INT", 130, "events")]
    [TestCase("TERM", 143, "events")]
    [TestCase("INT", 130, "logs", "--follow")]
    [TestCase("INT", 130, "peers", "--watch")]
    [TestCase("TERM", 143, "top")]
    [Platform(Exclude = "Win", Reason = "Sends signals, which Windows does not have.")]
    public async Task Stream_OnASignal_EndsAtOnceWithItsCode(string signal, int code, params string[] command)
    {
        await using ChildProcess node = await CliTool.StartAsync(["run", "--connect", "127.0.0.1:1", .. AnyPorts]);
        string url = await UrlAsync(node);
        await using ChildProcess stream = await CliTool.StartAsync([.. command, "--url", url]);
        await Poll.UntilAsync(() => Task.FromResult(stream.Output), output => output.Length > 0, CliTool.Patience, "something is shown");

        await stream.SignalAsync(signal);

        (await stream.WaitForExitAsync(CliTool.Patience)).Should().Be(code, stream.Output);
        stream.Output.Should().NotContain("error: ").And.NotContain("   at ");
    }

    [TestCase("top --every 100")]
    [TestCase("top --every 100 --json")]
    [TestCase("events")]
    [TestCase("logs --follow")]
    [TestCase("peers")]
    [Platform(Exclude = "Win", Reason = "Bash and head are of Unix.")]
    public async Task Output_ThatNobodyReadsOn_EndsTheToolQuietly(string command)
    {
        // Dials that fail again and again give the streams something to write.
        await using ChildProcess node = await CliTool.StartAsync(["run", "--connect", "127.0.0.1:1", .. AnyPorts]);
        string url = await UrlAsync(node);
        Task<(int Code, string Output)> running = CliTool.BashAsync($"vix-p2p {command} --url {url} | head -n 1; echo \"codes ${{PIPESTATUS[*]}}\"");
        if (command.StartsWith("logs", StringComparison.Ordinal))
            await CauseLinesAsync(url, running);

        (int code, string output) = await running;

        code.Should().Be(0);
        output.Should().EndWith($"codes 0 0{Environment.NewLine}").And.NotContain("error: ").And.NotContain("   at ");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Bash is of Unix.")]
    public async Task Completion_InBash_OffersCommandsAndOptions()
    {
        (int code, string output) = await CliTool.BashAsync(
            "source <(vix-p2p completion bash); COMP_LINE='vix-p2p pe'; COMP_POINT=${#COMP_LINE}; _vix_p2p; echo \"${COMPREPLY[*]}\" | tr '\\n' ' '; COMP_LINE='vix-p2p peers --sor'; COMP_POINT=${#COMP_LINE}; _vix_p2p; echo \"${COMPREPLY[*]}\"");

        code.Should().Be(0);
        output.Trim().Should().Be("peer peers persistent --sort");
    }

    [Test]
    public async Task Readme_ItsRunCommand_LeadsToTheDashboard()
    {
        string readme = await File.ReadAllTextAsync(Repository.Path("README.md"));
        readme.Should().Contain("dotnet run --project src/Vix.P2p.Cli -- run ").And.Contain("http://127.0.0.1:5180/p2p/ui/").And.Contain("vix-p2p run");

        // The command of the README, but for the building, which has been done, and the ports.
        await using ChildProcess node = ChildProcess.Start(
            "dotnet",
            Repository.Root,
            ["run", "--project", "src/Vix.P2p.Cli", "--no-build", "--configuration", SampleProcess.Configuration, "--", "run", .. AnyPorts]);
        string url = await UrlAsync(node);
        using HttpClient http = new();
        using HttpResponseMessage page = await http.GetAsync($"{url}/ui/");

        page.StatusCode.Should().Be(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        node.Output.Should().Contain($"dashboard {url}/ui/");
    }

    // A log that is quiet says nothing to a reader that has gone.
    private static async Task CauseLinesAsync(string url, Task running)
    {
        for (int port = 2; !running.IsCompleted; port++)
            await CliTool.RunAsync("connect", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--url", url);
    }

    private static async Task<string> UrlAsync(ChildProcess node)
    {
        await node.WaitForOutputAsync("/p2p/ui/", CliTool.Patience);
        return Control().Match(node.Output).Groups[1].Value;
    }

    [GeneratedRegex(@"control plane (http://\S+)")]
    private static partial Regex Control();

    [GeneratedRegex(@"listening on (tcp://\S+)")]
    private static partial Regex Listening();
}
