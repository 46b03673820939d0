using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests;

/// <summary>What comes over a real socket.</summary>
public class KestrelTests
{
    private const string Connect = """{"host":"a","port":1}""";

    [Test]
    public async Task Kestrel_RealSocket_AnswersThisMachine()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });

        string answer = await RawHttp.SendAsync(app, "GET /p2p/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        answer.Should().StartWith("HTTP/1.1 200 OK\r\n").And.EndWith("\r\n\r\n" + """{"ok":true,"pong":true,"module":"p2p_http"}""");
        answer.Should().Contain("Content-Length: 43\r\n").And.Contain("Cache-Control: no-store\r\n").And.Contain("X-Content-Type-Options: nosniff\r\n");
    }

    [TestCase("X-Forwarded-For:")]
    [TestCase("Forwarded: ")]
    [TestCase("Via: ")]
    [TestCase("x-original-host:")]
    public async Task Kestrel_EmptyForwardingHeader_IsNotLocal(string header)
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });

        string answer = await RawHttp.SendAsync(app, $"GET /p2p/ping HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n");

        answer.Should().StartWith("HTTP/1.1 403 ");
    }

    [TestCase("Origin: ")]
    [TestCase("Sec-Fetch-Site: ")]
    [TestCase("Origin: http://localhost\r\nOrigin: http://localhost")]
    [TestCase("Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site")]
    public async Task Kestrel_EmptyOrDoubledOrigin_ChangesNothing(string header)
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });

        string answer = await RawHttp.SendAsync(app, $"POST /p2p/connect HTTP/1.1\r\nHost: localhost\r\n{header}\r\nContent-Type: application/json\r\nContent-Length: {Connect.Length}\r\nConnection: close\r\n\r\n{Connect}");

        answer.Should().StartWith("HTTP/1.1 403 ").And.Contain("forbidden_origin");
        app.Node.Connects.Should().BeEmpty();
    }

    [TestCase("Content-Length: 20971520\r\n\r\n", "413")]
    [TestCase("Transfer-Encoding: chunked\r\n\r\n2000\r\n", "413")]
    [TestCase("Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400")]
    public async Task Kestrel_BodyThatIsNotOne_GetsAnErrorBody(string rest, string status)
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });
        string filler = rest.Contains("2000") ? new string(' ', 0x2000) + "\r\n0\r\n\r\n" : "";

        string answer = await RawHttp.SendAsync(app, $"POST /p2p/connect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n{rest}{filler}");

        answer.Should().StartWith($"HTTP/1.1 {status} ").And.Contain("""{"ok":false,""");
        app.Node.Connects.Should().BeEmpty();
        app.Log.Own(Microsoft.Extensions.Logging.LogLevel.Error).Should().BeEmpty();
    }

    [Test]
    public async Task Kestrel_CallerThatLeavesInTheMiddle_IsForgotten()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });

        await RawHttp.SendAsync(app, "POST /p2p/connect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{", halfClose: true);

        (await RawHttp.SendAsync(app, "GET /p2p/peers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).Should().StartWith("HTTP/1.1 200 ");
        app.Node.Connects.Should().BeEmpty();
        app.Log.Own(Microsoft.Extensions.Logging.LogLevel.Error).Should().BeEmpty();
        app.Log.Own(Microsoft.Extensions.Logging.LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Kestrel_HostWithASmallerBodyLimit_StillGetsOurError()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Server = builder =>
            {
                RawHttp.Kestrel(builder);
                builder.Services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = 10);
            },
        });

        string answer = await RawHttp.SendAsync(app, $"POST /p2p/connect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Connect.Length}\r\nConnection: close\r\n\r\n{Connect}");

        answer.Should().StartWith("HTTP/1.1 413 ").And.Contain("payload_too_large");
    }

    [Test]
    public async Task Kestrel_RequestWithoutAHost_IsRefused()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });

        (await RawHttp.SendAsync(app, "GET /p2p/ping HTTP/1.0\r\n\r\n")).Should().StartWith("HTTP/1.1 403 ").And.Contain("forbidden_host");
        (await RawHttp.SendAsync(app, "GET /p2p/ping HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")).Should().StartWith("HTTP/1.1 403 ").And.Contain("forbidden_host");
    }

    [Test]
    public async Task Kestrel_HeadRequest_Answers405WithoutABody()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });

        string answer = await RawHttp.SendAsync(app, "HEAD /p2p/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        answer.Should().StartWith("HTTP/1.1 405 ").And.Contain("Allow: GET\r\n").And.EndWith("\r\n\r\n");
    }
}
