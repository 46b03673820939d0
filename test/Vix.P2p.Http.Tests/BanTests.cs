namespace Vix.P2p.Http.Tests;

/// <summary>Bans: made by POST /disconnect, listed and ended under /bans.</summary>
public class BanTests
{
    private static readonly string Ban1 = $$"""{"id":"{{SampleData.PeerId1}}","ban_ms":60000}""";

    [Test]
    public async Task PostDisconnect_WithBan_BansTheIdAndNeedsNoDisconnectBeside()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Bans.Clear();

        using HttpResponseMessage response = await app.PostAsync("/p2p/disconnect", Ban1);

        (await response.Content.ReadAsStringAsync()).Should().Be($$"""{"ok":true,"disconnected":true,"key":"r12","id":"{{SampleData.PeerId1}}","endpoint":"tcp://127.0.0.1:9002","ban_ends_at":"2026-03-14T09:27:53.589Z"}""");
        app.Node.Bans.Should().ContainSingle().Which.Should().Match<PeerBan>(ban => ban.Id == SampleData.PeerId1 && ban.Duration == TimeSpan.FromMinutes(1));
        app.Node.Disconnects.Should().BeEmpty("a ban closes by itself, with its own reason");
    }

    [TestCase("""{"id":"r12","ban_ms":1}""")]
    [TestCase("""{"endpoint":"tcp://127.0.0.1:9002","ban_ms":31536000000}""")]
    public async Task PostDisconnect_WithBanOfARowWhoseIdIsProven_BansThatId(string json)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Bans.Clear();

        await (await app.PostAsync("/p2p/disconnect", json)).ShouldBeOk();

        app.Node.Bans.Should().ContainSingle().Which.Id.Should().Be(SampleData.PeerId1);
    }

    [TestCase("""{"id":"r13","ban_ms":60000}""")]
    [TestCase("""{"id":"r99","ban_ms":60000}""")]
    [TestCase("""{"endpoint":"tcp://192.0.2.7:9001","ban_ms":60000}""")]
    [TestCase("""{"endpoint":"tcp://198.51.100.1:1","ban_ms":60000}""")]
    [TestCase("""{"id":"A3F1C5D7E9024B6880ACBEDF1032547698BADCFE0123456789ABCDEF02468ACE","ban_ms":60000}""")]
    public async Task PostDisconnect_WithBanAndNoProvenId_Answers404AndClosesNothing(string json)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Bans.Clear();

        JsonElement body = await (await app.PostAsync("/p2p/disconnect", json)).ShouldBeError(HttpStatusCode.NotFound, "peer_not_found");

        body.GetProperty("hint").GetString().Should().Contain("64 lowercase hex digits");
        app.Node.Bans.Should().BeEmpty();
        app.Node.Disconnects.Should().BeEmpty();
    }

    [Test]
    public async Task PostDisconnect_WithBanOfAnUnknownId_BansItAhead()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Bans.Clear();

        JsonElement body = await (await app.PostAsync("/p2p/disconnect", $$"""{"id":"{{SampleData.PeerId2}}","ban_ms":60000}""")).ShouldBeOk();

        body.GetProperty("disconnected").GetBoolean().Should().BeFalse();
        body.GetProperty("id").GetString().Should().Be(SampleData.PeerId2.ToString());
        body.GetProperty("ban_ends_at").GetString().Should().Be("2026-03-14T09:27:53.589Z");
        body.TryGetProperty("key", out _).Should().BeFalse();
        body.TryGetProperty("endpoint", out _).Should().BeFalse();
        app.Node.Bans.Should().ContainSingle().Which.Id.Should().Be(SampleData.PeerId2);
    }

    [Test]
    public async Task PostDisconnect_WithBanOfAClosedRow_SaysThatNothingWasClosed()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Peers = new PeerList(1, [SampleData.Connected with { State = PeerState.Closed }]);

        JsonElement body = await (await app.PostAsync("/p2p/disconnect", Ban1)).ShouldBeOk();

        body.GetProperty("disconnected").GetBoolean().Should().BeFalse();
        body.GetProperty("key").GetString().Should().Be("r12");
        body.TryGetProperty("ban_ends_at", out _).Should().BeTrue();
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("31536000001")]
    [TestCase("99999999999999999999")]
    [TestCase("1.0")]
    [TestCase("1e3")]
    [TestCase("\"60000\"")]
    [TestCase("null")]
    [TestCase("true")]
    [TestCase("[60000]")]
    [TestCase("{}")]
    public async Task PostDisconnect_BanThatIsNotInItsRange_IsRefusedAndNamed(string ban)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Bans.Clear();

        JsonElement body = await (await app.PostAsync("/p2p/disconnect", $$"""{"id":"{{SampleData.PeerId1}}","ban_ms":{{ban}}}""")).ShouldBeError(HttpStatusCode.BadRequest, "invalid_json");

        body.GetProperty("field").GetString().Should().Be("ban_ms");
        app.Node.Bans.Should().BeEmpty();
        app.Node.Disconnects.Should().BeEmpty();
    }

    [Test]
    public async Task PostDisconnect_WithBanWhileNotRunning_Answers503()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Bans.Clear();
        app.Node.Status = SampleData.Status with { State = NodeState.Stopping };

        await (await app.PostAsync("/p2p/disconnect", Ban1)).ShouldBeError(HttpStatusCode.ServiceUnavailable, "p2p_node_unavailable");

        app.Node.Bans.Should().BeEmpty();
    }

    [Test]
    public async Task GetBans_None_IsAnEmptyList()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Bans.Clear();

        (await app.Client.GetStringAsync("/p2p/bans")).Should().Be("""{"ok":true,"bans":[]}""");
    }

    [Test]
    public async Task DeleteBan_OfABannedPeer_EndsItOnce()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        string path = "/p2p/bans/" + SampleData.PeerId2;

        JsonElement body = await (await app.SendAsync(HttpMethod.Delete, path, null)).ShouldBeOk();
        using HttpResponseMessage again = await app.SendAsync(HttpMethod.Delete, path, null);

        body.GetProperty("removed").GetBoolean().Should().BeTrue();
        body.GetProperty("id").GetString().Should().Be(SampleData.PeerId2.ToString());
        await again.ShouldBeError(HttpStatusCode.NotFound, "peer_not_found");
        app.Node.Bans.Should().BeEmpty();
    }

    [TestCase("r12")]
    [TestCase("ffff")]
    [TestCase("0B57E6C19D3F4A8275E1B0C4D9F86A3712C5E8F0A4B7D6931E2C5F8A0B3D6E94")]
    [TestCase("%20")]
    [TestCase("..%2f..")]
    public async Task DeleteBan_OfWhatIsNoId_Answers404(string id)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.SendAsync(HttpMethod.Delete, "/p2p/bans/" + id, null)).ShouldBeError(HttpStatusCode.NotFound, "peer_not_found");

        app.Node.Bans.Should().ContainSingle();
    }

    [Test]
    public async Task DeleteBan_FromAPageOfAnotherOrigin_IsRefused()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        string path = "/p2p/bans/" + SampleData.PeerId2;

        await (await app.SendAsync(HttpMethod.Delete, path, null, ("Origin", "https://evil.example"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
        await (await app.SendAsync(HttpMethod.Delete, path, null, ("Sec-Fetch-Site", "cross-site"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");

        app.Node.Bans.Should().ContainSingle();
    }

    [Test]
    public async Task DeleteBan_WhileNotRunning_Answers503()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Status = SampleData.Status with { State = NodeState.Created };

        await (await app.SendAsync(HttpMethod.Delete, "/p2p/bans/" + SampleData.PeerId2, null)).ShouldBeError(HttpStatusCode.ServiceUnavailable, "p2p_node_unavailable");
    }
}
