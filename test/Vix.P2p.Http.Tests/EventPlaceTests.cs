using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Testing;

namespace Vix.P2p.Http.Tests;

/// <summary>GET /events: coming back with Last-Event-ID.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class EventPlaceTests
{
    private static readonly string[] NoPlaces =
    [
        "x", "-", "--", "17", "-17", SampleData.Instance, SampleData.Instance + "-", SampleData.Instance + "17",
        SampleData.Instance + "--1", SampleData.Instance + "-+1", SampleData.Instance + "-1 ", SampleData.Instance + "- 1", SampleData.Instance + "-1.0",
        SampleData.Instance + "-1e1", SampleData.Instance + "-0x1", SampleData.Instance + "-１", SampleData.Instance + "-1-1",
        SampleData.Instance + "-18", SampleData.Instance + "-9223372036854775807", SampleData.Instance + "-9223372036854775808",
        SampleData.Instance + "-" + new string('9', 4000), SampleData.Instance.ToUpperInvariant() + "-17",
        new string('0', 32) + "-17", SampleData.Instance[..31] + "-17", "0" + SampleData.Instance + "-17",
        SampleData.Instance + "-17,", SampleData.Instance + "-17, " + SampleData.Instance + "-17", "\"" + SampleData.Instance + "-17\"",
        SampleData.Instance + "-17\tevent: x", "<script>alert(1)</script>", "%0d%0aevent: x", new string('a', 8000),
    ];

    private readonly Watched<PeerEvent> _events = new();

    [TestCase(17)]
    [TestCase(16)]
    [TestCase(1)]
    [TestCase(0)]
    public async Task LastEventId_OfThisRun_GoesOnAfterIt(long place)
    {
        _events.Kept.Add(Event(18));
        await using ControlApp app = await StartAsync();

        await using OpenStream stream = await OpenStream.EventsAsync(app, lastEventId: $"{SampleData.Instance}-{place}");

        (await stream.NextAsync("status")).Place.Should().Be(place, "the status comes first, and what comes after the place has not been sent");
        (await stream.NextAsync("peer_connected")).Place.Should().Be(18);
        _events.Places.Should().Equal(place);
    }

    [TestCaseSource(nameof(NoPlaces))]
    public async Task LastEventId_ThatIsNoPlaceOfThisRun_BeginsWithResync(string lastEventId)
    {
        _events.Kept.Add(Event(18));
        await using ControlApp app = await StartAsync();

        await using OpenStream stream = await OpenStream.EventsAsync(app, lastEventId: lastEventId);

        StreamMessage resync = await stream.NextAsync("resync");
        resync.Id.Should().Be($"{SampleData.Instance}-17");
        resync.Data.Should().Be("""{"type":"resync","revision":17,"at":"2030-01-01T00:00:00Z"}""");
        (await stream.NextAsync("status")).Place.Should().Be(17);
        (await stream.NextAsync("peer_connected")).Place.Should().Be(18);
        _events.Places.Should().Equal(17);
    }

    [Test]
    public async Task LastEventId_ThereTwice_BeginsWithResync()
    {
        await using ControlApp app = await StartAsync();
        string place = $"{SampleData.Instance}-17";

        await using OpenStream stream = await OpenStream.OpenAsync(app, "/p2p/events", ("Last-Event-ID", place), ("Last-Event-ID", place));

        await stream.NextAsync("resync");
    }

    [Test]
    public async Task LastEventId_Empty_BeginsAnew()
    {
        await using ControlApp app = await StartAsync();

        await using OpenStream stream = await OpenStream.EventsAsync(app, lastEventId: "");

        (await stream.NextAsync("status")).Place.Should().Be(17);
    }

    [Test]
    public async Task LastEventId_TooOldForTheNode_BeginsWithResyncOnce()
    {
        _events.Kept.Add(new PeerEvent(PeerEventKind.Resync, 16, SampleData.Day, null, P2pReason.None));
        _events.Kept.Add(Event(18));
        await using ControlApp app = await StartAsync();

        await using OpenStream stream = await OpenStream.EventsAsync(app, lastEventId: $"{SampleData.Instance}-3");

        (await stream.NextAsync("resync")).Place.Should().Be(16);
        (await stream.NextAsync("status")).Place.Should().Be(16);
        (await stream.NextAsync("peer_connected")).Place.Should().Be(18);
    }

    [Test]
    public async Task Resync_InTheMiddle_HasThePlaceWhereItGoesOn()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await stream.NextAsync("status");

        _events.Add(new PeerEvent(PeerEventKind.Resync, 2000, SampleData.Day, null, P2pReason.None));

        StreamMessage resync = await stream.NextAsync("resync");
        resync.Id.Should().Be($"{SampleData.Instance}-2000");
        resync.Json.TryGetProperty("peer", out _).Should().BeFalse();
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public async Task Reader_ThatComesBackAtRandom_SeesEachEventOnceAndInOrderOrIsTold(int seed)
    {
        Random random = new(seed);
        await using P2pNode node = await FailingTransport.StartNodeAsync();
        List<long> told = [];
        using CancellationTokenSource leaving = new();
        Task watching = WatchAsync(node, told, leaving.Token);
        int dials = 0;
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddSingleton<IP2pNode>(node).AddSingleton<TimeProvider>(new HastyTime()),
        });
        string? place = null;
        List<StreamMessage> seen = [];
        for (int visit = 0; visit < 25; visit++)
        {
            await using (OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=500", place))
            {
                // Some while it reads, and now and then more than the node keeps while it is away.
                int left = random.Next(0, 12);
                await DialAsync(left / 2 + 1);
                for (; left > 0; left--)
                {
                    StreamMessage message = (await stream.NextAsync())!;
                    place = message.Id;
                    seen.Add(message);
                    if (message.Type == "status" && told.Count > 0 && message.Place == Last(told))
                        break;
                }
            }

            await DialAsync(random.Next(0, 8) == 0 ? 600 : random.Next(0, 20));
        }

        await using (OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=500", place))
        {
            do
                seen.Add((await stream.NextAsync())!);
            while (seen[^1].Place != Last(told));
        }

        ShouldBeWhole(seen, told);
        await leaving.CancelAsync();
        await watching.Soon();

        async Task DialAsync(int count)
        {
            for (int i = 0; i < count; i++)
                await FailingTransport.FailAsync(node);
            dials += count;
            await Waiting.UntilAsync(() => Count(told) == 2 * dials, "all events have been told");
        }
    }

    private static void ShouldBeWhole(List<StreamMessage> seen, List<long> told)
    {
        int next = -1;
        int events = 0;
        int resyncs = 0;
        foreach (StreamMessage message in seen)
        {
            switch (message.Type)
            {
                case "status":
                    // Without a place a reader begins at the first status's revision.
                    if (next < 0)
                        next = told.FindIndex(revision => revision > message.Place) is >= 0 and var first ? first : told.Count;
                    break;
                case "resync":
                    int after = told.FindIndex(revision => revision > message.Place) is >= 0 and var found ? found : told.Count;
                    (after - next).Should().BeGreaterThan(1024, "else the node still had what is missing");
                    next = after;
                    resyncs++;
                    break;
                default:
                    message.Place.Should().Be(told[next++], "it is event {0}", next);
                    events++;
                    break;
            }
        }

        next.Should().Be(told.Count);
        events.Should().BePositive();
        resyncs.Should().BePositive();
    }

    private static async Task WatchAsync(P2pNode node, List<long> told, CancellationToken leaving)
    {
        try
        {
            await foreach (PeerEvent change in node.WatchAsync(0, leaving))
            {
                change.Kind.Should().NotBe(PeerEventKind.Resync);
                lock (told)
                    told.Add(change.Revision);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }

    private static int Count(List<long> told)
    {
        lock (told)
            return told.Count;
    }

    private static long Last(List<long> told)
    {
        lock (told)
            return told[^1];
    }

    private static PeerEvent Event(long revision) => new(PeerEventKind.PeerConnected, revision, SampleData.Day, SampleData.Connected, P2pReason.None);

    private async Task<ControlApp> StartAsync()
    {
        ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<TimeProvider>(new ManualTimeProvider()) });
        app.Node.OtherRevision = long.MaxValue; // events may follow each other at once
        app.Node.OnWatch = _events.WatchAsync;
        return app;
    }
}
