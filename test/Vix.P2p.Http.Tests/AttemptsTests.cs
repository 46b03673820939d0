namespace Vix.P2p.Http.Tests;

public class AttemptsTests
{
    [Test]
    public async Task GetAttempts_WholeRing_KeepsTheNodesOrder()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Attempts.Clear();
        app.Node.Attempts.AddRange(Enumerable.Range(0, 256).Select(i => SampleData.Refused with { Id = $"a{256 - i}" }));

        JsonElement attempts = JsonDocument.Parse(await app.Client.GetStringAsync("/p2p/attempts")).RootElement.GetProperty("attempts");

        attempts.EnumerateArray().Select(attempt => attempt.GetProperty("id").GetString()).Should().Equal(app.Node.Attempts.Select(attempt => attempt.Id));
    }

    [TestCase(ConnectAttemptState.Connecting)]
    [TestCase(ConnectAttemptState.Handshaking)]
    public async Task GetAttempt_UnderWay_HasNoReason(ConnectAttemptState state)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Attempts.Add(SampleData.Reached with { Id = "a7", State = state, PeerId = null, RemoteEndpoint = null });

        JsonElement attempt = (await (await app.GetAsync("/p2p/attempts/a7")).ShouldBeOk()).GetProperty("attempt");

        attempt.GetProperty("state").GetString().Should().Be(state.ToString());
        foreach (string absent in (string[])["reason", "message", "peer_id", "remote_endpoint"])
            attempt.TryGetProperty(absent, out _).Should().BeFalse(absent);
    }

    [TestCase("a99")]
    [TestCase("A1B2C3D4E5F60718")]
    [TestCase("%20")]
    [TestCase("%0d%0a")]
    public async Task GetAttempt_Unknown_Answers404(string id)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.GetAsync("/p2p/attempts/" + id)).ShouldBeError(HttpStatusCode.NotFound, "attempt_not_found");
    }
}
