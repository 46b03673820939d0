using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>One message to many peers, of which some are slow, gone or of another mind.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BroadcastTests : IAsyncDisposable
{
    private const string Chat = "chat/1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly byte[] Payload = [1, 2, 3];

    private readonly TestNetwork _net = new();
    private readonly ConcurrentDictionary<string, byte[]> _received = new();
    private PeerId _slow;

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Broadcast_ToAll_ReachesThoseThatSpeakTheProtocol()
    {
        P2pNode a = await _net.StartAsync("a");
        PeerId b = await ConnectAsync(a, "b");
        PeerId c = await ConnectAsync(a, "c");
        await _net.StartAsync("d");
        await a.ConnectAsync(TestNetwork.At("d")).Soon();

        IReadOnlyList<P2pBroadcastResult> results = await a.BroadcastAsync(Chat, Payload).Soon();

        results.Should().BeEquivalentTo([new P2pBroadcastResult(b, P2pReason.None), new P2pBroadcastResult(c, P2pReason.None)]);
        results.Should().OnlyContain(result => result.IsQueued);
        await ReceivedAsync("b", "c");
    }

    [Test]
    public async Task Broadcast_ToChosen_HasOneResultEachInTheirOrder()
    {
        P2pNode a = await _net.StartAsync("a");
        await ConnectAsync(a, "b");
        PeerId c = await ConnectAsync(a, "c");
        await _net.StartAsync("d");
        PeerId d = (await a.ConnectAsync(TestNetwork.At("d")).Soon()).Id!.Value;
        PeerId nobody = new(new byte[PeerId.ByteLength]);

        IReadOnlyList<P2pBroadcastResult> results = await a.BroadcastAsync(Chat, Payload, [d, c, nobody, c, d]).Soon();

        results.Should().Equal(
            new P2pBroadcastResult(d, P2pReason.ProtocolNotSupported),
            new P2pBroadcastResult(c, P2pReason.None),
            new P2pBroadcastResult(nobody, P2pReason.NotConnected));
        await ReceivedAsync("c");
        a.GetStatus().MessagesOut.Should().Be(1, "b was not asked for");
    }

    [Test]
    public async Task Broadcast_ToNobody_IsEmpty()
    {
        P2pNode a = await _net.StartAsync("a");

        (await a.BroadcastAsync(Chat, Payload).Soon()).Should().BeEmpty();
        (await a.BroadcastAsync(Chat, Payload, []).Soon()).Should().BeEmpty();
    }

    [Test]
    public async Task Broadcast_LargerThanOnePeerTakes_ReachesTheOthers()
    {
        P2pNode a = await _net.StartAsync("a");
        PeerId small = await ConnectAsync(a, "small", options => options.Limits.MaxMessageBytes = 1024);
        PeerId large = await ConnectAsync(a, "large");

        IReadOnlyList<P2pBroadcastResult> results = await a.BroadcastAsync(Chat, new byte[1025], [small, large]).Soon();

        results.Select(result => result.Reason).Should().Equal(P2pReason.MessageTooLarge, P2pReason.None);
        await ReceivedAsync("large");
    }

    [Test]
    public async Task Broadcast_PeerThatDoesNotRead_IsRefusedAndHoldsUpNobody()
    {
        P2pNode a = await StartSmallAsync();
        await FillAsync(a);
        PeerId b = await ConnectAsync(a, "b");

        Task<IReadOnlyList<P2pBroadcastResult>> broadcast = a.BroadcastAsync(Chat, Payload, [_slow, b]);

        broadcast.IsCompletedSuccessfully.Should().BeTrue("it was told to wait for nobody");
        (await broadcast).Select(result => result.Reason).Should().Equal(P2pReason.SendQueueFull, P2pReason.None);
        await ReceivedAsync("b");
    }

    [Test]
    public async Task Broadcast_PeerThatReadsInTime_IsWaitedFor()
    {
        P2pNode a = await StartSmallAsync();
        RawPeer slow = await FillAsync(a);
        PeerId b = await ConnectAsync(a, "b");

        Task<IReadOnlyList<P2pBroadcastResult>> broadcast = a.BroadcastAsync(Chat, Payload, [_slow, b], Patience);
        await ReceivedAsync("b");
        broadcast.IsCompleted.Should().BeFalse();
        while (!(await slow.End.ReadAsync())!.Body.AsSpan(1).SequenceEqual(Payload))
        {
        }

        (await broadcast.Soon()).Should().OnlyContain(result => result.IsQueued);
    }

    [Test]
    public async Task Broadcast_WaitIsOver_RefusesWhoIsStillFull()
    {
        P2pNode a = await StartSmallAsync();
        await FillAsync(a);

        Task<IReadOnlyList<P2pBroadcastResult>> broadcast = a.BroadcastAsync(Chat, Payload, wait: Patience);
        _net.Clock.Advance(Patience - TimeSpan.FromTicks(1));
        broadcast.IsCompleted.Should().BeFalse();
        _net.Clock.Advance(TimeSpan.FromTicks(1));

        (await broadcast.Soon()).Should().Equal(new P2pBroadcastResult(_slow, P2pReason.SendQueueFull));
    }

    [Test]
    public async Task Broadcast_CancelledWhileItWaits_SaysSo()
    {
        P2pNode a = await StartSmallAsync();
        await FillAsync(a);
        PeerId b = await ConnectAsync(a, "b");
        using var cancel = new CancellationTokenSource();

        Task<IReadOnlyList<P2pBroadcastResult>> broadcast = a.BroadcastAsync(Chat, Payload, [_slow, b], Patience, cancel.Token);
        await cancel.CancelAsync();

        (await broadcast.Soon()).Select(result => result.Reason).Should().Equal(P2pReason.Cancelled, P2pReason.None);
    }

    [Test]
    public async Task Broadcast_ConnectionEndsWhileItWaits_HasItsReason()
    {
        P2pNode a = await StartSmallAsync();
        await FillAsync(a);

        Task<IReadOnlyList<P2pBroadcastResult>> broadcast = a.BroadcastAsync(Chat, Payload, wait: Patience);
        a.Disconnect(_slow).Should().BeTrue();

        (await broadcast.Soon()).Should().Equal(new P2pBroadcastResult(_slow, P2pReason.Requested));
    }

    [Test]
    public async Task Broadcast_WrongArguments_SendNothing()
    {
        P2pNode a = await _net.StartAsync("a");
        await ConnectAsync(a, "b");

        await FluentActions.Awaiting(() => a.BroadcastAsync(null!, Payload)).Should().ThrowAsync<ArgumentNullException>();
        foreach (TimeSpan wait in (TimeSpan[])[TimeSpan.FromTicks(-1), TimeSpan.FromDays(1) + TimeSpan.FromTicks(1)])
            await FluentActions.Awaiting(() => a.BroadcastAsync(Chat, Payload, wait: wait)).Should().ThrowAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => a.BroadcastAsync(Chat, Payload, cancellationToken: new CancellationToken(canceled: true))).Should().ThrowAsync<OperationCanceledException>();

        a.GetStatus().MessagesOut.Should().Be(0);
    }

    [Test]
    public async Task TrySend_WithoutAReason_SaysWhetherItIsQueued()
    {
        P2pNode a = await StartSmallAsync();
        await FillAsync(a);
        PeerId b = await ConnectAsync(a, "b");

        (a.TrySend(b, Chat, Payload), a.TrySend(_slow, Chat, Payload), a.TrySend(b, "other/1", Payload)).Should().Be((true, false, false));
    }

    private Task<P2pNode> StartSmallAsync() => _net.StartAsync("a", options => options.Limits.SendQueueBytes = 64 * 1024);

    private async Task<PeerId> ConnectAsync(P2pNode from, string name, Action<P2pNodeOptions>? configure = null)
    {
        await _net.StartAsync(name, configure, build: builder => builder.AddProtocol(Chat, protocol => protocol.OnMessage(context =>
        {
            _received[name] = context.Payload.ToArray();
            return ValueTask.CompletedTask;
        })));
        return (await from.ConnectAsync(TestNetwork.At(name)).Soon()).Id!.Value;
    }

    /// <summary>A peer that reads nothing, with as much waiting for it as may.</summary>
    private async Task<RawPeer> FillAsync(P2pNode node)
    {
        _slow = _net.Identity("slow").Identity.Id;
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("slow"), RawPeer.Introduce("slow", protocols: Chat));
        (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        await Waiting.UntilAsync(() => node.TryGetPeer(_slow, out PeerInfo? row) && row.State == PeerState.Connected);
        byte[] block = new byte[8 * 1024];
        // The transport takes 128 KiB before it lets the node wait; from then on nothing moves any more.
        await Waiting.UntilAsync(() => !node.TrySend(_slow, Chat, block) && node.TryGetPeer(_slow, out PeerInfo? row) && row.BytesOut > 128 * 1024 && !node.TrySend(_slow, Chat, [0]));
        return peer;
    }

    private Task ReceivedAsync(params string[] names) => Waiting.UntilAsync(() => names.All(name => _received.TryGetValue(name, out byte[]? payload) && payload.Length >= Payload.Length));
}
