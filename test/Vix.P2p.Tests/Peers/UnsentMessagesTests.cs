using System.Collections.Concurrent;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>What the event of a disconnect says of messages that were taken and not handed to the transport.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UnsentMessagesTests : IAsyncDisposable
{
    private const string Chat = "chat/1";

    private readonly TestNetwork _net = new();
    private readonly HookedTransport _transport;
    private readonly ConcurrentQueue<TaskCompletionSource> _held = new();
    private int _flushes;
    private P2pNode _node = null!;
    private RawPeer _peer = null!;
    private EventLog _events = null!;
    private IP2pTransportListener _listener = null!;
    private PeerId _id;

    public UnsentMessagesTests() => _transport = new HookedTransport(_net.Transport);

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Disconnect_NothingWaits_IsToldAtOnce()
    {
        await ConnectAsync();
        await SendAsync(1);
        await _node.FlushAsync(_id).Soon();

        _node.Disconnect(_id);

        PeerEvent left = await LeftAsync();
        (left.UnsentMessages, left.Reason, left.Peer!.State, left.Peer.MessagesOut).Should().Be((0, P2pReason.Requested, PeerState.Closed, 1));
        _peer.Transport.Input.TryRead(out _).Should().BeTrue("the peer has not been waited for");
    }

    [Test]
    public async Task Disconnect_MessagesGoOutWhileItLingers_CountsNone()
    {
        await ConnectAsync();
        TaskCompletionSource first = Hold();
        await SendAsync(3);

        _node.Disconnect(_id);
        await MarkAsync();
        _events.Seen.Should().NotContain(change => change.Kind == PeerEventKind.PeerDisconnected, "some may still go out");
        _node.GetPeers().Peers[0].State.Should().Be(PeerState.Closed, "the row does not wait");
        first.SetResult();
        await ReadMessagesAsync(3);
        (await _peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Close);
        await _peer.End.HalfCloseAsync();

        (await LeftAsync()).UnsentMessages.Should().Be(0);
    }

    [Test]
    public async Task Disconnect_RowIsForgottenBeforeTheConnectionHasEnded_IsToldThen()
    {
        await ConnectAsync(options => options.Limits.ClosedPeers = 0);
        TaskCompletionSource first = Hold();
        await SendAsync(3);

        _node.Disconnect(_id);

        // The peer may come back in a row that knows nothing of this one, and its coming must not be told before.
        _node.GetPeers().Peers.Should().BeEmpty();
        (await LeftAsync()).UnsentMessages.Should().Be(3);
        first.SetResult();
        await ReadMessagesAsync(3);
        await _peer.End.HalfCloseAsync();
    }

    [Test]
    public async Task Disconnect_PeerDoesNotTakeThemInTime_CountsThoseThatDidNotGo()
    {
        await ConnectAsync();
        TaskCompletionSource first = Hold();
        TaskCompletionSource second = Hold();
        await SendAsync(3); // the first is under way, the others wait

        _node.Disconnect(_id);
        first.SetResult();
        await ReadMessagesAsync(1);
        await Waiting.UntilAsync(() => Volatile.Read(ref _flushes) == 2);
        _net.Clock.Advance(TimeSpan.FromSeconds(1));
        second.SetException(new IOException("aborted"));

        (await LeftAsync()).UnsentMessages.Should().Be(2);
        (await _peer.End.ReadAsync()).Should().BeNull();
    }

    [Test]
    public async Task PeerCloses_WhatWaits_IsNotSentAndCounted()
    {
        await ConnectAsync();
        TaskCompletionSource first = Hold();
        await SendAsync(3);
        ValueTask flush = _node.FlushAsync(_id);

        await _peer.End.SendAsync(FrameKind.Close, (byte)CloseCode.Normal);
        await _peer.End.HalfCloseAsync();
        await Waiting.UntilAsync(() => _node.GetStatus().PeersConnected == 0);
        first.SetResult();

        PeerEvent left = await LeftAsync(); // and the clock stands still
        (left.UnsentMessages, left.Reason).Should().Be((2, P2pReason.Normal));
        await ReadMessagesAsync(1);
        (await _peer.End.ReadAsync()).Should().BeNull("whoever has closed is sent nothing more");
        (await FluentActions.Awaiting(() => flush.Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.Normal);
    }

    [Test]
    public async Task PeerIsLost_EverythingThatWaited_IsCounted()
    {
        await ConnectAsync();
        TaskCompletionSource first = Hold();
        await SendAsync(3);

        await _peer.End.HalfCloseAsync();
        await Waiting.UntilAsync(() => _node.GetStatus().PeersConnected == 0);
        first.SetException(new IOException("reset"));

        PeerEvent left = await LeftAsync();
        (left.UnsentMessages, left.Reason).Should().Be((3, P2pReason.Lost));
    }

    [Test]
    public async Task PeerComesBack_WhileMessagesWait_TheEndIsToldFirst()
    {
        await ConnectAsync();
        Hold();
        await SendAsync(2);

        _node.Disconnect(_id);
        Task<PeerInfo> again = _node.ConnectAsync(TestNetwork.At("b"));
        RawPeer second = await _net.AcceptAsync(_listener, _net.Identity("b"));
        await second.AnswerAsync();
        await second.SendReadyAsync();
        await again.Soon();
        await _events.WaitAsync(PeerEventKind.PeerConnected);

        _events.Seen.Select(change => change.Kind).Should().Equal(PeerEventKind.PeerDisconnected, PeerEventKind.PeerConnecting, PeerEventKind.PeerConnected);
        _events.Seen[0].Should().Match<PeerEvent>(left => left.UnsentMessages == 2 && left.Peer!.State == PeerState.Closed);
        _events.Seen.Select(change => change.Revision).Should().BeInAscendingOrder();
        ReleaseAll();
    }

    [Test]
    public async Task PeerReplacesItsConnection_WhileMessagesWait_TheEndIsToldFirst()
    {
        P2pNode a = await _net.StartAsync("a");
        PeerId id = _net.Identity("peer").Identity.Id;
        RawPeer first = await _net.ConnectAsync("a", _net.Identity("peer"), RawPeer.Introduce("peer", protocols: Chat));
        (await first.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 1);
        byte[] block = new byte[60 * 1024];
        await Waiting.UntilAsync(() => !a.TrySend(id, Chat, block) && a.GetPeers().Peers[0].BytesOut > 128 * 1024 && !a.TrySend(id, Chat, block));
        EventLog events = _net.Watch(a);

        RawPeer second = await _net.ConnectAsync("a", _net.Identity("peer"), RawPeer.Introduce("peer", protocols: Chat));
        (await second.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        await events.WaitAsync(PeerEventKind.PeerConnected);

        events.Seen.Select(change => (change.Kind, change.Reason)).Should().Equal((PeerEventKind.PeerDisconnected, P2pReason.Replaced), (PeerEventKind.PeerConnected, P2pReason.None));
        events.Seen[0].UnsentMessages.Should().BePositive().And.BeLessThan(a.GetStatus().MessagesOut);
        a.TrySend(id, Chat, [1]).Should().BeTrue("what waits for the old connection is not in the way of the new one");
    }

    [Test]
    public async Task Stop_MessagesWait_IsToldBeforeTheEventsEnd()
    {
        await ConnectAsync();
        Hold();
        await SendAsync(2);

        Task stop = _node.StopAsync();
        await Waiting.UntilAsync(() => _node.GetStatus().PeersConnected == 0);
        _net.Clock.Advance(TimeSpan.FromSeconds(5));
        foreach (TaskCompletionSource held in _held)
            held.SetException(new IOException("aborted"));
        await stop.Soon();
        await _events.Ended.Soon();

        _events.Seen.Should().ContainSingle().Which.Should().Match<PeerEvent>(left => left.Kind == PeerEventKind.PeerDisconnected && left.UnsentMessages == 2 && left.Reason == P2pReason.ShuttingDown);
    }

    private async Task ConnectAsync(Action<P2pNodeOptions>? configure = null)
    {
        _node = await _net.StartAsync("a", configure, _transport);
        _listener = await _net.ListenAsync("b");
        Task<PeerInfo> connecting = _node.ConnectAsync(TestNetwork.At("b"));
        _peer = await _net.AcceptAsync(_listener, _net.Identity("b"));
        await _peer.AnswerAsync();
        await _peer.SendReadyAsync(RawPeer.Introduce("b", protocols: Chat));
        _id = (await connecting.Soon()).Id!.Value;
        _events = _net.Watch(_node);
        _transport.BeforeFlush = () =>
        {
            int flush = Interlocked.Increment(ref _flushes) - 1;
            return _held.ElementAtOrDefault(flush)?.Task ?? Task.CompletedTask;
        };
    }

    /// <summary>Holds the next flush that is not held yet.</summary>
    private TaskCompletionSource Hold()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held.Enqueue(held);
        return held;
    }

    private void ReleaseAll()
    {
        foreach (TaskCompletionSource held in _held)
            held.TrySetResult();
    }

    /// <summary>Sends messages; where the first flush is held, it alone is under way and the others wait.</summary>
    private async Task SendAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _node.SendAsync(_id, Chat, new[] { (byte)i }).Soon();
            await Waiting.UntilAsync(() => Volatile.Read(ref _flushes) > 0);
        }
    }

    private async Task ReadMessagesAsync(int count)
    {
        for (int i = 0; i < count; i++)
            (await _peer.End.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Message, [0, (byte)i]));
    }

    private Task<PeerEvent> LeftAsync() => _events.WaitAsync(PeerEventKind.PeerDisconnected);

    /// <summary>Completes when all that has been told so far has been seen.</summary>
    private Task MarkAsync()
    {
        _node.Connect(TestNetwork.At("nobody"));
        return _events.WaitAsync(change => change.Peer?.Endpoint == "memory://nobody:1");
    }
}
