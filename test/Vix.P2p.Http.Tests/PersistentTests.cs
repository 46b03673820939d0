namespace Vix.P2p.Http.Tests;

public class PersistentTests
{
    private const string Body = """{"host":"192.0.2.9","port":9001}""";

    [Test]
    public async Task PostPersistent_GoodEndpoint_ConnectsItPersistently()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.PostAsync("/p2p/persistent", $$"""{"host":"192.0.2.9","port":9001,"scheme":"tcp","expected_id":"{{SampleData.PeerId2}}"}""");

        (await response.Content.ReadAsStringAsync()).Should().Be("""{"ok":true,"started":true,"endpoint":"tcp://192.0.2.9:9001","attempt_id":"a1b2c3d4e5f60718","state":"Connecting"}""");
        (PeerEndpoint endpoint, ConnectOptions options) = app.Node.Connects.Should().ContainSingle().Subject;
        endpoint.Should().Be(PeerEndpoint.Parse("tcp://192.0.2.9:9001"));
        options.Should().BeEquivalentTo(new ConnectOptions { Persistent = true, ExpectedId = SampleData.PeerId2 });
    }

    [TestCase(P2pReason.AlreadyConnected, "already_connected")]
    [TestCase(P2pReason.PeerLimit, "peer_limit")]
    [TestCase(P2pReason.Banned, "banned")]
    public async Task PostPersistent_NotStarted_AnswersAsConnectDoes(P2pReason reason, string code)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, reason);

        using HttpResponseMessage response = await app.PostAsync("/p2p/persistent", Body);

        (await response.Content.ReadAsStringAsync()).Should().Be($$"""{"ok":true,"started":false,"endpoint":"tcp://192.0.2.9:9001","reason":"{{code}}"}""");
    }

    [TestCase(P2pReason.EndpointDenied, HttpStatusCode.Forbidden, "endpoint_denied")]
    [TestCase(P2pReason.UnsupportedScheme, HttpStatusCode.BadRequest, "unsupported_scheme")]
    [TestCase(P2pReason.NotRunning, HttpStatusCode.ServiceUnavailable, "p2p_node_unavailable")]
    public async Task PostPersistent_Refused_AnswersTheErrorOfConnect(P2pReason reason, HttpStatusCode status, string code)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, reason);

        await (await app.PostAsync("/p2p/persistent", Body)).ShouldBeError(status, code);
    }

    [TestCase("""{"host":"a","port":1,"persistent":true}""", "persistent")]
    [TestCase("""{"host":"a","port":1,"force":true}""", "force")]
    [TestCase("""{"host":"a","port":1,"endpoint":"x"}""", "endpoint")]
    public async Task PostPersistent_MemberOfAnotherRoute_IsUnknownAndNamed(string json, string member)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement body = await (await app.PostAsync("/p2p/persistent", json)).ShouldBeError(HttpStatusCode.BadRequest, "invalid_json");

        body.GetProperty("field").GetString().Should().Be(member);
        body.GetProperty("hint").GetString().Should().Be("This route reads host, port, scheme and expected_id.");
        app.Node.Connects.Should().BeEmpty();
    }

    [TestCase("""{"port":1}""", "host")]
    [TestCase("""{"host":"a"}""", "port")]
    [TestCase("""{"host":"a","port":1,"expected_id":"x"}""", "expected_id")]
    public async Task PostPersistent_BadEndpoint_IsRefusedAndNamed(string json, string field)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement body = await (await app.PostAsync("/p2p/persistent", json)).ShouldBeError(HttpStatusCode.BadRequest, "invalid_endpoint");

        body.GetProperty("field").GetString().Should().Be(field);
    }

    [Test]
    public async Task PostPersistent_WhileNotRunning_Answers503AndAsksTheNodeNothing()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Status = SampleData.Status with { State = NodeState.Starting };

        await (await app.PostAsync("/p2p/persistent", Body)).ShouldBeError(HttpStatusCode.ServiceUnavailable, "p2p_node_unavailable");

        app.Node.Connects.Should().BeEmpty();
    }

    [Test]
    public async Task GetPersistent_WhileNotRunning_StillAnswers()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Status = SampleData.Status with { State = NodeState.Stopped };
        app.Node.Persistent.Clear();

        (await app.Client.GetStringAsync("/p2p/persistent")).Should().Be("""{"ok":true,"persistent":[]}""");
    }

    [TestCase("tcp://192.0.2.7:9001")]
    [TestCase("tcp%3A%2F%2F192.0.2.7%3A9001")]
    public async Task DeletePersistent_OneThatIsKept_RemovesItOnce(string endpoint)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement body = await (await app.SendAsync(HttpMethod.Delete, "/p2p/persistent?endpoint=" + endpoint, null)).ShouldBeOk();
        using HttpResponseMessage again = await app.SendAsync(HttpMethod.Delete, "/p2p/persistent?endpoint=" + endpoint, null);

        body.GetProperty("endpoint").GetString().Should().Be("tcp://192.0.2.7:9001");
        (await again.ShouldBeError(HttpStatusCode.NotFound, "peer_not_found")).GetProperty("field").GetString().Should().Be("endpoint");
        app.Node.Persistent.Should().Equal(SampleData.KeptConnected);
    }

    [TestCase("", "invalid_endpoint")]
    [TestCase("?endpoint=", "invalid_endpoint")]
    [TestCase("?endpoint=192.0.2.7:9001", "invalid_endpoint")]
    [TestCase("?endpoint=tcp://192.0.2.7", "invalid_endpoint")]
    [TestCase("?endpoint=tcp://192.0.2.7:9001&endpoint=tcp://192.0.2.7:9001", "invalid_query")]
    [TestCase("?endpoint=tcp://192.0.2.7:9001&all=true", "invalid_query")]
    [TestCase("?Endpoint=tcp://192.0.2.7:9001", "invalid_query")]
    public async Task DeletePersistent_BadQuery_IsRefused(string query, string code)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.SendAsync(HttpMethod.Delete, "/p2p/persistent" + query, null)).ShouldBeError(HttpStatusCode.BadRequest, code);

        app.Node.Persistent.Should().HaveCount(2);
    }

    [Test]
    public async Task DeletePersistent_EndpointOfHugeLength_IsRefusedAndNotShown()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        string name = new('a', 8_000);

        JsonElement body = await (await app.SendAsync(HttpMethod.Delete, $"/p2p/persistent?endpoint=tcp://{name}:1", null)).ShouldBeError(HttpStatusCode.BadRequest, "invalid_endpoint");

        body.GetRawText().Should().NotContain("aaaaaaaaaa");
    }
}
