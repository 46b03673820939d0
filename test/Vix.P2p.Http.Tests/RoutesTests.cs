namespace Vix.P2p.Http.Tests;

public class RoutesTests
{
    private const string Connect = """{"host":"127.0.0.1","port":9002,"scheme":"tcp"}""";

    [Test]
    public async Task GetStatus_RunningNode_BeginsWithTheBaseShape()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        string body = await app.Client.GetStringAsync("/p2p/status");

        body.Should().StartWith("""{"ok":true,"running":true,"peers_total":3,"peers_connected":1,"handshakes_started":4,"handshakes_completed":2,""");
    }

    [Test]
    public async Task GetPeers_ThreeRows_BeginsWithTheBaseShape()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        string body = await app.Client.GetStringAsync("/p2p/peers");

        body.Should().StartWith($$"""{"ok":true,"peers":[{"id":"{{SampleData.PeerId1}}","state":"Connected","endpoint":"tcp://127.0.0.1:9002","secure":true,"last_seen_ms":1234,""");
    }

    [Test]
    public async Task PostConnect_GoodEndpoint_AnswersWhatTheNodeDecided()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.PostAsync("/p2p/connect", Connect);

        (await response.Content.ReadAsStringAsync()).Should().Be("""{"ok":true,"started":true,"endpoint":"tcp://127.0.0.1:9002","attempt_id":"a1b2c3d4e5f60718","state":"Connecting"}""");
        app.Node.Connects.Should().ContainSingle().Which.Endpoint.Should().Be(PeerEndpoint.Parse("tcp://127.0.0.1:9002"));
    }

    [TestCase("/p2p/connect", "GET", "POST")]
    [TestCase("/p2p/connect", "PUT", "POST")]
    [TestCase("/p2p/disconnect", "DELETE", "POST")]
    [TestCase("/p2p", "POST", "GET")]
    [TestCase("/p2p/ping", "OPTIONS", "GET")]
    [TestCase("/p2p/status", "PATCH", "GET")]
    [TestCase("/p2p/status", "TRACE", "GET")]
    [TestCase("/p2p/status", "BREW", "GET")]
    [TestCase("/p2p/peers", "POST", "GET")]
    [TestCase("/p2p/peers/r12", "DELETE", "GET")]
    [TestCase("/p2p/attempts", "POST", "GET")]
    [TestCase("/p2p/attempts/a1", "DELETE", "GET")]
    [TestCase("/p2p/persistent", "PUT", "DELETE, GET, POST")]
    [TestCase("/p2p/persistent", "PATCH", "DELETE, GET, POST")]
    [TestCase("/p2p/bans", "POST", "GET")]
    [TestCase("/p2p/bans", "DELETE", "GET")]
    [TestCase("/p2p/bans/r12", "GET", "DELETE")]
    [TestCase("/p2p/bans/r12", "POST", "DELETE")]
    [TestCase("/p2p/health/live", "POST", "GET")]
    [TestCase("/p2p/health/ready", "DELETE", "GET")]
    public async Task AnyRoute_WrongMethod_Answers405WithAllow(string path, string method, string allow)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.SendAsync(new HttpMethod(method), path, null);

        await response.ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        response.Content.Headers.Allow.Should().Equal(allow.Split(", "));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("multipart/form-data; boundary=x")]
    [TestCase("text/json")]
    [TestCase("application/xml")]
    [TestCase("application/problem+json")]
    [TestCase("application/*")]
    [TestCase("*/*")]
    [TestCase("nonsense")]
    [TestCase("")]
    [TestCase("application/json; charset=utf-16")]
    [TestCase("application/json; charset=iso-8859-1")]
    [TestCase("application/json, text/plain")]
    [TestCase(null)]
    public async Task PostConnect_AnotherMediaType_Answers415(string? mediaType)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        ByteArrayContent content = new(Encoding.UTF8.GetBytes(Connect));
        if (mediaType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType).Should().BeTrue();

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, "/p2p/connect", content);

        await response.ShouldBeError(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        app.Node.Connects.Should().BeEmpty();
    }

    [TestCase("/p2p/persistent")]
    [TestCase("/p2p/disconnect")]
    public async Task Post_AnotherMediaType_Answers415(string path)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        foreach (string? mediaType in (string?[])["text/plain", "application/x-www-form-urlencoded", null])
        {
            ByteArrayContent content = new(Encoding.UTF8.GetBytes(Connect));
            if (mediaType is not null)
                content.Headers.TryAddWithoutValidation("Content-Type", mediaType).Should().BeTrue();
            await (await app.SendAsync(HttpMethod.Post, path, content)).ShouldBeError(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        }

        app.Node.Connects.Should().BeEmpty();
        app.Node.Disconnects.Should().BeEmpty();
    }

    [TestCase("/p2p/persistent?endpoint=tcp://192.0.2.7:9001")]
    [TestCase("/p2p/bans/0b57e6c19d3f4a8275e1b0c4d9f86a3712c5e8f0a4b7d6931e2c5f8a0b3d6e94")]
    public async Task Delete_WithABodyOfAnyType_IsAnsweredAllTheSame(string path)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Delete, path, new StringContent("x=1", new System.Net.Http.Headers.MediaTypeHeaderValue("text/plain")));

        (await response.ShouldBeOk()).GetProperty("removed").GetBoolean().Should().BeTrue();
    }

    [TestCase("application/json")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("application/json;charset=\"UTF-8\"")]
    [TestCase("Application/JSON")]
    public async Task PostConnect_Json_IsRead(string mediaType)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        ByteArrayContent content = new(Encoding.UTF8.GetBytes(Connect));
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType).Should().BeTrue();

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, "/p2p/connect", content);

        await response.ShouldBeOk();
    }

    [TestCase("/p2p/nothing")]
    [TestCase("/p2p/peers/a/b")]
    [TestCase("/p2p/status/x")]
    [TestCase("/p2p/attempts/a1/x")]
    [TestCase("/p2p/bans/a/b")]
    [TestCase("/p2p/persistent/x")]
    [TestCase("/p2p/health")]
    [TestCase("/p2p/health/x")]
    [TestCase("/p2p//status")]
    [TestCase("/p2p/peers/../../etc/passwd/x/p2p")]
    public async Task UnknownPath_UnderThePrefix_Answers404(string path)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = path.Contains("..")
            ? await app.GetAsync("/p2p/peers/%2e%2e%2f%2e%2e/x")
            : await app.GetAsync(path);

        await response.ShouldBeError(HttpStatusCode.NotFound, "not_found");
    }
}
