using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>One of a hundred peers reads nothing (docs/security.md, row 15).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SlowReaderTests : IAsyncDisposable
{
    private const string Chat = "chat/1";
    private const int Others = 99;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TestNetwork _net = new();
    private readonly int[] _received = new int[Others];

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Peer_OneOfAHundredStopsReading_OthersAreServedAndItIsClosedInTime()
    {
        P2pNode hub = await _net.StartAsync("hub");
        List<PeerId> others = [];
        for (int i = 0; i < Others; i++)
            others.Add(await ConnectAsync(hub, i));
        EventLog events = _net.Watch(hub);
        (RawPeer slow, PeerId slowId) = await FillAsync(hub);

        Task<PeerEvent> closed = events.WaitAsync(PeerEventKind.PeerDisconnected);
        int seconds = 0;
        for (; seconds < 40 && hub.TryGetPeer(slowId, out PeerInfo? row) && row.State == PeerState.Connected; seconds++)
        {
            foreach (PeerId other in others)
                hub.TrySend(other, Chat, new byte[100]).Should().BeTrue();
            int sent = seconds + 1;
            await Waiting.UntilAsync(() => Array.TrueForAll(_received, count => Volatile.Read(in count) == sent));
            hub.TrySend(slowId, Chat, [0]).Should().BeFalse("it has as much waiting as it may");
            // It is alive and says so: only that it takes nothing is wrong with it.
            await slow.End.SendAsync(FrameKind.Ping, RawEnd.Token((ulong)seconds));
            await LifeIsSeenAsync(hub, slowId);
            _net.Clock.Advance(Second);
        }

        PeerEvent end = await closed.Soon();
        end.Reason.Should().Be(P2pReason.Overload);
        end.Peer!.Id.Should().Be(slowId);
        seconds.Should().BeInRange(30, 31);
        hub.GetStatus().PeersConnected.Should().Be(Others);
        hub.GetStatus().LimitRejections["send_timeout"].Should().Be(1);
    }

    private async Task<PeerId> ConnectAsync(P2pNode hub, int number)
    {
        string name = "n" + number;
        await _net.StartAsync(name, build: builder => builder.AddProtocol(Chat, protocol => protocol.OnMessage(_ =>
        {
            Interlocked.Increment(ref _received[number]);
            return ValueTask.CompletedTask;
        })));
        return (await hub.ConnectAsync(TestNetwork.At(name)).Soon()).Id!.Value;
    }

    private async Task<(RawPeer Peer, PeerId Id)> FillAsync(P2pNode hub)
    {
        PeerId id = _net.Identity("slow").Identity.Id;
        RawPeer peer = await _net.ConnectAsync("hub", _net.Identity("slow"), RawPeer.Introduce("slow", protocols: Chat));
        (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        await Waiting.UntilAsync(() => hub.TryGetPeer(id, out PeerInfo? row) && row.State == PeerState.Connected);
        byte[] block = new byte[8 * 1024];
        // The transport takes 128 KiB before it lets the node wait; from then on nothing moves any more.
        await Waiting.UntilAsync(() => !hub.TrySend(id, Chat, block) && hub.TryGetPeer(id, out PeerInfo? row) && row.BytesOut > 128 * 1024 && !hub.TrySend(id, Chat, [0]));
        return (peer, id);
    }

    private static Task LifeIsSeenAsync(P2pNode hub, PeerId id) =>
        Waiting.UntilAsync(() => hub.TryGetPeer(id, out PeerInfo? row) && (row.State != PeerState.Connected || row.LastSeen == TimeSpan.Zero));
}
