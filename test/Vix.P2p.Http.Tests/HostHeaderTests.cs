using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Tests;

/// <summary>Which Host headers name this machine.</summary>
public class HostHeaderTests
{
    [Test]
    public async Task AnyRoute_HostMatrix_AnswersNamesOfThisMachineOnly()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        foreach ((string host, bool local) in HostNames.All)
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

    [TestCase("localhost", "localhost", null)]
    [TestCase("Node-1_a.Example:8443", "node-1_a.example", 8443)]
    [TestCase("192.0.2.1:1", "192.0.2.1", 1)]
    [TestCase("[2001:DB8::1]:65535", "2001:db8::1", 65535)]
    public void HostAuthority_WellFormed_IsReadInLowerCase(string text, string host, int? port)
    {
        HostAuthority.TryParse(text, out HostAuthority authority).Should().BeTrue();

        authority.Should().Be(new HostAuthority(host, port));
    }

    [Test]
    public void HostAuthority_NameThatNoResolverShouldSee_IsRefused()
    {
        HostAuthority.TryParse(new string('a', PeerEndpoint.MaxHostLength), out _).Should().BeTrue();

        string[] refused = ["", ":80", new string('a', PeerEndpoint.MaxHostLength + 1), "a b", "a/b", "a@b", "a%62", "ä", "a\0", "a:0", "a:", "a:080", "a:65536", "a:1:2", "[::1", "[::1]x", "[::1%1]", "[0:0::1]", "[127.0.0.1]"];
        refused.Where(text => HostAuthority.TryParse(text, out _)).Should().BeEmpty();
    }

    [TestCase("http://node.example", false, "node.example", 80)]
    [TestCase("HTTPS://node.example", true, "node.example", 443)]
    [TestCase("https://[::1]:8443", true, "::1", 8443)]
    public void WebOrigin_AsBrowsersSendIt_IsReadWithItsPort(string text, bool secure, string host, int port)
    {
        WebOrigin.TryParse(text, out WebOrigin origin).Should().BeTrue();

        origin.Should().Be(new WebOrigin(secure, host, port));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("null")]
    [TestCase("ftp://node.example")]
    [TestCase("node.example")]
    [TestCase("http:/node.example")]
    [TestCase("http://")]
    [TestCase("http://node.example/")]
    [TestCase("http://user@node.example")]
    public void WebOrigin_AnythingElse_IsRefused(string? text) => WebOrigin.TryParse(text, out _).Should().BeFalse();

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

    private static Task<HttpResponseMessage> SendWithHost(ControlApp app, string host) =>
        HostNames.SendAsync(app, "GET", "/p2p/status", null, host);
}
