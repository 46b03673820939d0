using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>
/// What a stranger can send to either port: a 4xx with the error body or a closed connection, and nothing else changes.
/// The control routes' whole corpus is in Vix.P2p.Http.Tests; here is one of each kind, through Kestrel and a real socket.
/// </summary>
public sealed class BadInputTests
{
    private const string Json = "application/json";
    private const string Good = """{"host":"127.0.0.1","port":9,"scheme":"tcp"}""";

    private int _port;
    private WebApp _app = null!;
    private JsonObject _before = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _port = FreePort.Next();
        _app = await WebApp.StartAsync($"P2p:ListenPort={_port}", "P2p:HandshakeTimeout=00:00:01");
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _app.DisposeAsync();

    [SetUp]
    public async Task RememberAsync() => _before = await _app.GetAsync("/p2p/status");

    [TestCase("POST", "/p2p/connect", Json, "", 400, "invalid_json")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":", 400, "invalid_json")]
    [TestCase("POST", "/p2p/connect", Json, "[]", 400, "invalid_json")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"127.0.0.1\",\"port\":9,\"port\":9}", 400, "invalid_json")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"127.0.0.1\",\"port\":9,\"extra\":1}", 400, "invalid_json")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"127.0.0.1\",\"port\":9}{}", 400, "invalid_json")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"127.0.0.1\",\"port\":0}", 400, "invalid_endpoint")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"127.0.0.1\",\"port\":65536}", 400, "invalid_endpoint")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"127.0.0.1\",\"port\":\"9\"}", 400, "invalid_endpoint")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"\",\"port\":9}", 400, "invalid_endpoint")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"a b\",\"port\":9}", 400, "invalid_endpoint")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"127.0.0.1\",\"port\":9,\"scheme\":\"ftp\"}", 400, "unsupported_scheme")]
    [TestCase("POST", "/p2p/connect", Json, "{\"host\":\"169.254.169.254\",\"port\":80}", 403, "endpoint_denied")]
    [TestCase("POST", "/p2p/connect", "text/plain", Good, 415, "unsupported_media_type")]
    [TestCase("POST", "/p2p/connect", "application/x-www-form-urlencoded", "host=127.0.0.1&port=9", 415, "unsupported_media_type")]
    [TestCase("POST", "/p2p/disconnect", Json, "{\"id\":\"0000000000000000000000000000000000000000000000000000000000000000\"}", 404, "peer_not_found")]
    [TestCase("GET", "/p2p/connect", null, null, 405, "method_not_allowed")]
    [TestCase("DELETE", "/p2p/peers", null, null, 405, "method_not_allowed")]
    [TestCase("POST", "/p2p/status", Json, "{}", 405, "method_not_allowed")]
    [TestCase("GET", "/p2p/peers/nobody", null, null, 404, "peer_not_found")]
    [TestCase("GET", "/p2p/nothing/here", null, null, 404, "not_found")]
    public async Task Request_ThatIsWrong_GetsTheErrorBodyAndChangesNothing(string method, string path, string? type, string? body, int status, string error)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage answer = await _app.Http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();

        ((int)answer.StatusCode).Should().Be(status, text);
        text.Should().StartWith($$"""{"ok":false,"error":"{{error}}" """.TrimEnd());
        if (status == (int)HttpStatusCode.MethodNotAllowed)
            answer.Content.Headers.Allow.Should().NotBeEmpty();
        await NothingHasChangedAsync();
    }

    [Test]
    public async Task Request_WithABodyOver4KiB_IsRefusedAndChangesNothing()
    {
        using StringContent content = new($$"""{"host":"{{new string('a', 5000)}}","port":9}""", Encoding.UTF8, Json);

        using HttpResponseMessage answer = await _app.Http.PostAsync("/p2p/connect", content);

        answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync()).Should().StartWith("""{"ok":false,"error":"payload_too_large" """.TrimEnd());
        await NothingHasChangedAsync();
    }

    [TestCase("evil.example")]
    [TestCase("localhost.evil.example")]
    public async Task Request_WithAForeignHostHeader_IsRefusedAndChangesNothing(string host)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/p2p/connect") { Content = new StringContent(Good, Encoding.UTF8, Json) };
        request.Headers.Host = host;

        using HttpResponseMessage answer = await _app.Http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).Should().StartWith("""{"ok":false,"error":"forbidden_host" """.TrimEnd());
        await NothingHasChangedAsync();
    }

    [Test]
    public async Task Request_FromAForeignPage_IsRefusedAndChangesNothing()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/p2p/connect") { Content = new StringContent(Good, Encoding.UTF8, Json) };
        request.Headers.Add("Origin", "https://evil.example");

        using HttpResponseMessage answer = await _app.Http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).Should().StartWith("""{"ok":false,"error":"forbidden_origin" """.TrimEnd());
        await NothingHasChangedAsync();
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task P2pPort_OnRandomBytes_ClosesAndChangesNothing(int seed)
    {
        byte[] noise = new byte[4096];
        new Random(seed).NextBytes(noise);

        await SendToP2pPortAsync(noise);

        await NothingHasChangedAsync();
    }

    [Test]
    public async Task P2pPort_OnAnHttpRequest_ClosesAndChangesNothing()
    {
        await SendToP2pPortAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());

        await NothingHasChangedAsync();
    }

    [Test]
    public async Task P2pPort_OnAHelloThatStops_ClosesAtTheHandshakeTimeout()
    {
        // A length of 75 and the kind of a Hello, then the magic and nothing more.
        await SendToP2pPortAsync([0, 75, 1, .. "VIXP2P"u8]);

        await NothingHasChangedAsync();
    }

    private async Task SendToP2pPortAsync(byte[] bytes)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, _port);
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes, deadline.Token);
            int read = await stream.ReadAsync(new byte[1], deadline.Token);
            read.Should().Be(0, "a stranger gets no byte, only a closed connection");
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread, which TCP tells by a reset.
        }
    }

    private async Task NothingHasChangedAsync()
    {
        JsonObject now = await _app.GetAsync("/p2p/status");
        foreach (string member in (string[])["peers_total", "peers_connected", "handshakes_completed", "connect_attempts", "revision"])
            now.Number(member).Should().Be(_before.Number(member), member);
        now.Text("id").Should().Be(_before.Text("id"));
        now.Flag("running").Should().BeTrue();
        _app.Process.IsRunning.Should().BeTrue();
        _app.Process.Output.Should().NotContain("Exception").And.NotContain("fail:").And.NotContain("crit:");
    }
}
