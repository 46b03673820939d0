namespace Vix.P2p.Http.Tests;

public class ConnectTests
{
    private const string Body = """{"host":"192.0.2.7","port":9001}""";

    [TestCase(P2pReason.AlreadyConnected, "already_connected")]
    [TestCase(P2pReason.InProgress, "in_progress")]
    [TestCase(P2pReason.Self, "self")]
    [TestCase(P2pReason.PeerLimit, "peer_limit")]
    [TestCase(P2pReason.Banned, "banned")]
    public async Task PostConnect_NotStarted_IsStillOkWithTheReason(P2pReason reason, string code)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, reason);

        using HttpResponseMessage response = await app.PostAsync("/p2p/connect", Body);

        (await response.Content.ReadAsStringAsync()).Should().Be($$"""{"ok":true,"started":false,"endpoint":"tcp://192.0.2.7:9001","reason":"{{code}}"}""");
    }

    [Test]
    public async Task PostConnect_Backoff_SaysHowLong()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, P2pReason.Backoff) { RetryAfter = TimeSpan.FromMilliseconds(1500.9), State = PeerState.Disconnected };

        using HttpResponseMessage response = await app.PostAsync("/p2p/connect", Body);

        (await response.Content.ReadAsStringAsync()).Should().Be("""{"ok":true,"started":false,"endpoint":"tcp://192.0.2.7:9001","state":"Disconnected","reason":"backoff","retry_after_ms":1500}""");
    }

    [TestCase(P2pReason.EndpointDenied, HttpStatusCode.Forbidden, "endpoint_denied")]
    [TestCase(P2pReason.UnsupportedScheme, HttpStatusCode.BadRequest, "unsupported_scheme")]
    [TestCase(P2pReason.NotRunning, HttpStatusCode.ServiceUnavailable, "p2p_node_unavailable")]
    public async Task PostConnect_Refused_AnswersTheError(P2pReason reason, HttpStatusCode status, string code)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, reason);

        await (await app.PostAsync("/p2p/connect", Body)).ShouldBeError(status, code);
    }

    [Test]
    public async Task PostConnect_Options_ReachTheNode()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.PostAsync("/p2p/connect", $$"""{"host":"a","port":1,"expected_id":"{{SampleData.PeerId1}}","persistent":true,"force":true}""")).ShouldBeOk();

        ConnectOptions options = app.Node.Connects.Single().Options;
        options.ExpectedId.Should().Be(SampleData.PeerId1);
        options.Persistent.Should().BeTrue();
        options.Force.Should().BeTrue();
    }

    [Test]
    public async Task PostDisconnect_ById_ClosesThatPeer()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.PostAsync("/p2p/disconnect", $$"""{"id":"{{SampleData.PeerId1}}"}""");

        (await response.Content.ReadAsStringAsync()).Should().Be($$"""{"ok":true,"disconnected":true,"key":"r12","id":"{{SampleData.PeerId1}}","endpoint":"tcp://127.0.0.1:9002"}""");
        app.Node.Disconnects.Should().Equal(SampleData.PeerId1.ToString());
    }

    [TestCase("""{"endpoint":"tcp://192.0.2.7:9001"}""", "r13", "tcp://192.0.2.7:9001")]
    [TestCase("""{"endpoint":"tcp://[2001:0DB8::5]:40112"}""", "r14", "tcp://[2001:db8::5]:40112")]
    [TestCase("""{"id":"r14"}""", "r14", "tcp://[2001:db8::5]:40112")]
    public async Task PostDisconnect_WithoutAProvenId_ClosesTheEndpoint(string json, string key, string endpoint)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement body = await (await app.PostAsync("/p2p/disconnect", json)).ShouldBeOk();

        body.GetProperty("key").GetString().Should().Be(key);
        body.TryGetProperty("id", out _).Should().BeFalse();
        app.Node.Disconnects.Should().Equal(endpoint);
    }

    [TestCase("""{"id":"r99"}""")]
    [TestCase("""{"id":"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}""")]
    [TestCase("""{"endpoint":"tcp://198.51.100.1:1"}""")]
    public async Task PostDisconnect_NoSuchRow_Answers404(string json)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.PostAsync("/p2p/disconnect", json)).ShouldBeError(HttpStatusCode.NotFound, "peer_not_found");

        app.Node.Disconnects.Should().BeEmpty();
    }

    [Test]
    public async Task PostDisconnect_RowThatIsClosedAlready_Answers404()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnDisconnect = _ => false;

        await (await app.PostAsync("/p2p/disconnect", """{"id":"r12"}""")).ShouldBeError(HttpStatusCode.NotFound, "peer_not_found");
    }
}
