namespace Vix.P2p.Http.Tests;

public class PeersTests
{
    [Test]
    public async Task GetPeers_NoRows_IsAnEmptyList()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Peers = new PeerList(3, []);

        (await app.Client.GetStringAsync("/p2p/peers")).Should().Be("""{"ok":true,"peers":[],"total":0,"matched":0,"returned":0,"revision":3}""");
    }

    [Test]
    public async Task GetPeers_ThousandsOfRows_ComeWhole()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Peers = SampleData.Many(5_000);

        using HttpResponseMessage response = await app.GetAsync("/p2p/peers?limit=5000");

        JsonElement body = await response.ShouldBeOk();
        body.GetProperty("peers").GetArrayLength().Should().Be(5_000);
        body.GetProperty("peers")[4_999].GetProperty("key").GetString().Should().Be("r4999");
        response.Content.Headers.ContentLength.Should().BeGreaterThan(2_000_000);
    }

    [Test]
    public async Task GetPeers_Tag_IsWeakAndOfRunAndRevision()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.GetAsync("/p2p/peers");

        response.Headers.ETag!.ToString().Should().Be($"W/\"{SampleData.Instance}-17-0\"");
        response.Headers.CacheControl!.ToString().Should().Be("no-cache");
        response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
    }

    [TestCase("W/\"{0}-17-0\"", true)]
    [TestCase("\"{0}-17-0\"", true)]
    [TestCase("\"a\", W/\"{0}-17-0\"", true)]
    [TestCase("*", true)]
    [TestCase("W/\"{0}-16-0\"", false)]
    [TestCase("W/\"{0}-17-1\"", false)]
    [TestCase("{0}-17-0", false)]
    [TestCase("\"", false)]
    public async Task GetPeers_IfNoneMatch_Answers304WhereItMatches(string tag, bool matches)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.GetAsync("/p2p/peers", ("If-None-Match", string.Format(tag, SampleData.Instance)));

        response.StatusCode.Should().Be(matches ? HttpStatusCode.NotModified : HttpStatusCode.OK);
        response.Headers.ETag!.ToString().Should().Be($"W/\"{SampleData.Instance}-17-0\"");
        response.Headers.CacheControl!.ToString().Should().Be("no-cache");
        if (matches)
            (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task GetPeers_AfterARestart_HasAnotherTag()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Status = SampleData.Status with { State = NodeState.Created, Instance = new string('0', 32) };
        string before = (await app.GetAsync("/p2p/peers")).Headers.ETag!.ToString();

        app.Node.Status = SampleData.Status;

        (await app.GetAsync("/p2p/peers")).Headers.ETag!.ToString().Should().NotBe(before).And.Contain(SampleData.Instance);
    }

    [TestCase("r12")]
    [TestCase("a3f1c5d7e9024b6880acbedf1032547698badcfe0123456789abcdef02468ace")]
    public async Task GetPeer_ByIdOrKey_IsTheRow(string id)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement one = await (await app.GetAsync("/p2p/peers/" + id)).ShouldBeOk();
        JsonElement all = await (await app.GetAsync("/p2p/peers")).ShouldBeOk();

        one.GetProperty("peer").GetRawText().Should().Be(all.GetProperty("peers")[0].GetRawText());
    }

    [TestCase("r99")]
    [TestCase("%2e%2e%2fstatus")]
    [TestCase("A3F1C5D7E9024B6880ACBEDF1032547698BADCFE0123456789ABCDEF02468ACE")]
    public async Task GetPeer_Unknown_Answers404(string id)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.GetAsync("/p2p/peers/" + id)).ShouldBeError(HttpStatusCode.NotFound, "peer_not_found");
    }
}
