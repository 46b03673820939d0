using Vix.P2p.Http.Streams;

namespace Vix.P2p.Http.Tests;

public class EventMessagesTests
{
    [Test]
    public void Get_TheSameEvent_IsWrittenOnce()
    {
        EventMessages messages = new();
        PeerEvent change = Event(18);

        ReadOnlySpan<byte> first = messages.Get(change, SampleData.Instance);
        ReadOnlySpan<byte> second = messages.Get(change, SampleData.Instance);

        (first == second).Should().BeTrue("both are the same bytes in memory");
    }

    [Test]
    public void Get_EventsOfOneSlot_AreEachTheirOwn()
    {
        EventMessages messages = new();

        foreach (long revision in (long[])[18, 18 + 1024, 18, long.MaxValue, 0])
            Encoding.UTF8.GetString(messages.Get(Event(revision), SampleData.Instance)).Should().StartWith($"event: peer_connected\nid: {SampleData.Instance}-{revision}\ndata: {{");
    }

    [Test]
    public void Get_ResyncOfTheRevisionOfAnEvent_IsNotThatEvent()
    {
        EventMessages messages = new();
        PeerEvent change = Event(18);
        messages.Get(change, SampleData.Instance);

        string resync = Encoding.UTF8.GetString(messages.Get(new PeerEvent(PeerEventKind.Resync, 18, SampleData.Day, null, P2pReason.None), SampleData.Instance));

        resync.Should().Be($$"""
            event: resync
            id: {{SampleData.Instance}}-18
            data: {"type":"resync","revision":18,"at":"2026-03-14T09:26:53.589Z"}


            """.ReplaceLineEndings("\n"));
        Encoding.UTF8.GetString(messages.Get(change, SampleData.Instance)).Should().StartWith("event: peer_connected\n");
    }

    private static PeerEvent Event(long revision) => new(PeerEventKind.PeerConnected, revision, SampleData.Day, SampleData.Connected, P2pReason.None);
}
