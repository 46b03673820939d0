using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Tests;

/// <summary>Which Host headers name this machine.</summary>
public class HostHeaderTests
{
    private static readonly (string Host, bool Local)[] Hosts =
    [
        ("localhost", true),
        ("LocalHost", true),
        ("localhost:5180", true),
        ("localhost:65535", true),
        ("127.0.0.1", true),
        ("127.0.0.1:5180", true),
        ("127.255.255.254", true),
        ("[::1]", true),
        ("[::1]:5180", true),
        ("[::ffff:127.0.0.1]", true),
        ("[::FFFF:127.0.0.1]:80", true),
        ("evil.example", false),
        ("localhost.evil", false),
        ("localhost.evil.example:5180", false),
        ("evil.localhost", false),
        ("xlocalhost", false),
        ("localhost.", false),
        ("127.0.0.1.", false),
        ("127.0.0.1.evil.example", false),
        ("127.1", false),
        ("127.0.1", false),
        ("0177.0.0.1", false),
        ("0x7f.0.0.1", false),
        ("0x7f000001", false),
        ("2130706433", false),
        ("127.0.0.01", false),
        ("0.0.0.0", false),
        ("0", false),
        ("10.0.0.1", false),
        ("128.0.0.1", false),
        ("[::]", false),
        ("[0:0:0:0:0:0:0:1]", false),
        ("[::01]", false),
        ("[::127.0.0.1]", false),
        ("[::7f00:1]", false),
        ("[::ffff:7f00:1]", false),
        ("[::1%25lo]", false),
        ("[::1%lo]", false),
        ("[2001:db8::1]", false),
        ("[127.0.0.1]", false),
        ("[localhost]", false),
        ("[::1", false),
        ("[::1]x", false),
        ("::1", false),
        ("localhost:", false),
        ("localhost:0", false),
        ("localhost:080", false),
        ("localhost:65536", false),
        ("localhost:+80", false),
        ("localhost:5180:1", false),
        ("localhost:evil", false),
        ("localhost@evil", false),
        ("evil@localhost", false),
        ("localhost/evil", false),
        ("localhost,evil", false),
        ("local host", false),
        ("ⓛocalhost", false),
        ("xn--localhost", false),
        ("", false),
    ];

    [Test]
    public async Task AnyRoute_HostMatrix_AnswersNamesOfThisMachineOnly()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        foreach ((string host, bool local) in Hosts)
        {
            using HttpResponseMessage response = await SendWithHost(app, host);
            if (local)
                await response.ShouldBeOk();
            else
                (await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden_host")).GetProperty("field").GetString().Should().Be("Host", host);
        }
    }

    [TestCase("node.example", true)]
    [TestCase("NODE.example:8443", true)]
    [TestCase("192.0.2.1", true)]
    [TestCase("[2001:db8::1]:80", true)]
    [TestCase("[2001:DB8::2]", true)]
    [TestCase("localhost", true)]
    [TestCase("sub.node.example", false)]
    [TestCase("node.example.", false)]
    [TestCase("node.example.evil", false)]
    [TestCase("192.0.2.2", false)]
    [TestCase("[2001:db8::3]", false)]
    public async Task AnyRoute_AllowedHosts_NameThisMachineToo(string host, bool local)
    {
        await using ControlApp app = await ControlApp.StartAsync(
            ("P2p:Control:AllowedHosts:0", "Node.Example"),
            ("P2p:Control:AllowedHosts:1", "192.0.2.1"),
            ("P2p:Control:AllowedHosts:2", "[2001:db8::1]"),
            ("P2p:Control:AllowedHosts:3", "2001:db8:0::2"));

        using HttpResponseMessage response = await SendWithHost(app, host);

        response.StatusCode.Should().Be(local ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }

    [Test]
    public void HostAuthority_AnyText_IsReadOrRefused()
    {
        Random random = new(7);
        const string Alphabet = "localhost127.0.0.1[::1]:%@/evil \t\0ⓛ";
        for (int i = 0; i < 50_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            if (HostAuthority.TryParse(text, out HostAuthority host) && host.IsLoopback)
                (host.Host == "localhost" || IPAddress.IsLoopback(IPAddress.Parse(host.Host).MapToIPv4()) || host.Host == "::1").Should().BeTrue(text);
        }
    }

    private static async Task<HttpResponseMessage> SendWithHost(ControlApp app, string host)
    {
        // The client would correct some of these, so the server is handed the header itself.
        Microsoft.AspNetCore.Http.HttpContext http = await app.Server.SendAsync(context =>
        {
            context.Request.Method = "GET";
            context.Request.Path = "/p2p/status";
            context.Request.Headers.Host = host;
        });
        HttpResponseMessage response = new((HttpStatusCode)http.Response.StatusCode) { Content = new StreamContent(http.Response.Body) };
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in http.Response.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, (string?)value))
                response.Content.Headers.TryAddWithoutValidation(name, (string?)value);
        }

        return response;
    }
}
