using Vix.P2p.Cli.Output;
using Vix.P2p.Testing;

namespace Vix.P2p.Cli.Tests;

/// <summary>connect: what was decided, what becomes of it, and the exit code that says so.</summary>
public sealed class ConnectTests
{
    private const string Attempt = "a1b2c3d4e5f60718";

    private ControlHost _host = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _host = await ControlHost.StartAsync();
        _host.Node.Attempts.Clear();
    }

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase("127.0.0.1:9002")]
    [TestCase("tcp://127.0.0.1:9002")]
    public async Task Connect_WithoutWait_SaysWhatWasDecidedAndHowToFollow(string endpoint)
    {
        CliResult result = await _host.RunAsync("connect", endpoint);

        result.Should().Be(new CliResult(ExitCode.Ok, $"dialling tcp://127.0.0.1:9002; 'vix-p2p attempts {Attempt}' shows what becomes of it\n", ""));
    }

    [Test]
    public async Task Connect_WithEveryOption_SendsThem()
    {
        await _host.RunAsync("connect", $"[2001:db8::5]:9002#{SampleData.PeerId1}", "--persistent", "--force");

        (PeerEndpoint endpoint, ConnectOptions options) = _host.Node.Connects.Should().ContainSingle().Subject;
        endpoint.ToString().Should().Be("tcp://[2001:db8::5]:9002");
        options.Should().BeEquivalentTo(new ConnectOptions { ExpectedId = SampleData.PeerId1, Persistent = true, Force = true });
    }

    [TestCase(P2pReason.AlreadyConnected, ExitCode.Ok, "already connected to tcp://127.0.0.1:9002\n", "")]
    [TestCase(P2pReason.InProgress, ExitCode.Ok, "tcp://127.0.0.1:9002 is being dialled already\n", "")]
    [TestCase(P2pReason.Backoff, ExitCode.NotConnected, "", "error: backoff: tcp://127.0.0.1:9002 is not dialled for another 2.7 s, since earlier dials failed.\n--force dials at once.\n")]
    [TestCase(P2pReason.Self, ExitCode.NotConnected, "", "error: self: tcp://127.0.0.1:9002 is this node.\n")]
    [TestCase(P2pReason.PeerLimit, ExitCode.NotConnected, "", "error: peer_limit: the node has as many peers as it may have.\nP2p:MaxPeers of the node allows more.\n")]
    [TestCase(P2pReason.Banned, ExitCode.NotConnected, "", "error: banned: the peer at tcp://127.0.0.1:9002 is banned.\n'vix-p2p bans' lists the bans, 'vix-p2p unban ID' ends one.\n")]
    public async Task Connect_ThatStartsNothing_SaysWhy(P2pReason reason, int code, string output, string error)
    {
        _host.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, reason) { RetryAfter = TimeSpan.FromMilliseconds(2_750) };

        (await _host.RunAsync("connect", "127.0.0.1:9002", "--wait")).Should().Be(new CliResult(code, output, error));
    }

    [Test]
    public async Task Connect_ToAnAddressThatThePolicyRefuses_IsNoConnection()
    {
        _host.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, P2pReason.EndpointDenied);

        CliResult result = await _host.RunAsync("connect", "169.254.169.254:80");

        result.Code.Should().Be(ExitCode.NotConnected);
        result.Error.Should().StartWith("error: endpoint_denied: ").And.Contain("DialPolicy");
    }

    [Test]
    public async Task ConnectWait_ToAPeerThatAnswers_EndsWhenItIsConnected()
    {
        _host.Node.Attempts.Add(SampleData.Reached with { State = ConnectAttemptState.Connecting });
        ManualTimeProvider time = new();
        using CliRun run = _host.NewRun().With(time: time).Start("connect", "127.0.0.1:9002", "--wait");
        await ArmedAsync(time, 1);
        _host.Node.Attempts[0] = SampleData.Reached;
        time.Advance(TimeSpan.FromSeconds(1));

        (await run.EndAsync()).Should().Be(new CliResult(ExitCode.Ok, $"connected to tcp://127.0.0.1:9002 in 40 ms: {SampleData.PeerId1}\n", ""));
    }

    [Test]
    public async Task ConnectWait_ToAPeerThatRefuses_EndsWithTheCause()
    {
        _host.Node.Attempts.Add(SampleData.Refused with { Id = Attempt });

        (await _host.RunAsync("connect", "192.0.2.7:9001", "--wait"))
            .Should().Be(new CliResult(ExitCode.NotConnected, "", "error: connection_refused: tcp://192.0.2.7:9001: Nobody listens there.\n"));
    }

    [Test]
    public async Task ConnectWait_WithJson_WritesTheDecisionAndEachState()
    {
        _host.Node.Attempts.Add(SampleData.Reached);

        CliResult result = await _host.RunAsync("connect", "127.0.0.1:9002", "--wait", "--json");

        result.Code.Should().Be(ExitCode.Ok);
        result.Lines.Should().HaveCount(2);
        result.Lines[0].Should().StartWith("""{"ok":true,"started":true,"endpoint":"tcp://127.0.0.1:9002" """.TrimEnd());
        result.Lines[1].Should().StartWith($$"""{"ok":true,"attempt":{"id":"{{Attempt}}" """.TrimEnd()).And.Contain("\"state\":\"Connected\"");
    }

    [Test]
    public async Task ConnectWait_ThatTakesLonger_SaysThatTheDialGoesOn()
    {
        _host.Node.Attempts.Add(SampleData.Reached with { State = ConnectAttemptState.Handshaking });

        CliResult result = await CliRun.RunAsync(_host.NewRun().With(time: new ImpatientTime()), "connect", "127.0.0.1:9002", "--wait", "--timeout", "30");

        result.Code.Should().Be(ExitCode.NotConnected);
        result.Error.Should().Be($"error: tcp://127.0.0.1:9002 is still Handshaking after 30.0 s; the dial goes on.\n'vix-p2p attempts {Attempt}' shows what becomes of it; --timeout waits longer.\n");
    }

    [Test]
    public async Task ConnectWait_OnATerminal_ShowsTheCourseAndLeavesTheResultAlone()
    {
        _host.Node.Attempts.Add(SampleData.Reached with { State = ConnectAttemptState.Handshaking });
        Terminal terminal = new(IsTerminal: true, Ansi: true, Colour: false);
        using CliRun run = _host.NewRun().With(error: terminal).Start("connect", "127.0.0.1:9002", "--wait");
        await run.NoteAsync("tcp://127.0.0.1:9002: Handshaking");
        _host.Node.Attempts[0] = SampleData.Reached;

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Ok);
        result.Out.Should().Be($"connected to tcp://127.0.0.1:9002 in 40 ms: {SampleData.PeerId1}\n");
    }

    [Test]
    public async Task ConnectWait_Interrupted_EndsAtOnce()
    {
        _host.Node.Attempts.Add(SampleData.Reached with { State = ConnectAttemptState.Connecting });
        ManualTimeProvider time = new();
        using CliRun run = _host.NewRun().With(time: time).Start("connect", "127.0.0.1:9002", "--wait");
        await ArmedAsync(time, 1);

        run.Interrupt();

        (await run.EndAsync()).Should().Be(new CliResult(ExitCode.Interrupted, "", ""));
    }

    private static Task ArmedAsync(ManualTimeProvider time, int timers) => Waiting.UntilAsync(() => time.ArmedTimers >= timers);
}
