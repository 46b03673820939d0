using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <content>What goes: from whoever sends, under the writer's gate, into the queue.</content>
internal sealed partial class PeerChannel
{
    private SendProtocol?[] _sends = [];
    private SendProtocol? _last;
    private int[] _credits = [];
    private int _creditCount;

    /// <summary>Finds a protocol of the other side; null when it does not speak it.</summary>
    public SendProtocol? Find(string name)
    {
        SendProtocol? last = Volatile.Read(ref _last);
        if (last is not null && last.Name == name)
            return last;
        IReadOnlyList<string> names = Remote.Protocols;
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] != name)
                continue;
            if (_sends.Length == 0)
                Interlocked.CompareExchange(ref _sends, new SendProtocol?[names.Count], []);
            SendProtocol found = Sends(i, name);
            Volatile.Write(ref _last, found);
            return found;
        }

        return null;
    }

    public ValueTask SendAsync(string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return Find(protocol) is { } found
            ? SendAsync(found, found.MessageFrame, payload, cancellationToken)
            : ValueTask.FromException(Fault(P2pReason.ProtocolNotSupported, protocol));
    }

    /// <summary>Sends a message or a request in the lane of its protocol.</summary>
    public ValueTask SendAsync(SendProtocol protocol, in OutgoingFrame frame, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        payload.Length > Remote.MaxMessage
            ? ValueTask.FromException(Fault(P2pReason.MessageTooLarge, protocol.Name, payload.Length))
            : SendAsync(protocol.Lane, protocol.Name, frame, payload, cancellationToken);

    /// <summary>Sends a payload in its lane; completes when all of it is in the send queue.</summary>
    public ValueTask SendAsync(SendLane lane, string protocol, in OutgoingFrame frame, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        P2pReason reason = Put(lane, protocol, frame, payload, out PendingSend? pending);
        if (pending is null)
            return reason == P2pReason.None ? ValueTask.CompletedTask : ValueTask.FromException(Fault(reason, protocol));
        ValueTask task = pending.Task;
        pending.Watch(cancellationToken);
        return task;
    }

    /// <summary>Puts a payload into the send queue, or lets it wait in its lane.</summary>
    /// <param name="pending">Whoever waits; null when nobody does.</param>
    /// <returns>None, or why it is not sent.</returns>
    public P2pReason Put(SendLane lane, string protocol, in OutgoingFrame frame, ReadOnlyMemory<byte> payload, out PendingSend? pending)
    {
        bool start;
        P2pReason reason;
        pending = null;
        lock (Outbox.Gate)
        {
            reason = Outbox.TryAdd(lane, frame, payload.Span, out _);
            if (reason == P2pReason.SendQueueFull)
            {
                reason = P2pReason.None;
                pending = Outbox.Wait(lane, frame, payload);
                pending.Protocol = protocol;
            }

            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
        return reason;
    }

    public P2pReason TrySend(string protocol, ReadOnlySpan<byte> payload)
    {
        if (Find(protocol) is not { } found)
            return P2pReason.ProtocolNotSupported;
        if (payload.Length > Remote.MaxMessage)
            return P2pReason.MessageTooLarge;
        bool start;
        P2pReason reason;
        SendQueueResult room;
        lock (Outbox.Gate)
        {
            reason = Outbox.TryAdd(found.Lane, found.MessageFrame, payload, out room);
            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
        // Whoever waits for room is not refused; only this one is.
        if (room == SendQueueResult.Full)
            Settings.Limits.Reject(NodeLimit.SendQueueBytes);
        else if (room == SendQueueResult.NodeFull)
            Settings.Limits.Reject(NodeLimit.SendQueueBytesTotal);
        return reason;
    }

    /// <summary>Sends a small frame that does not wait.</summary>
    public void SendNow(in OutgoingFrame frame, ReadOnlySpan<byte> body)
    {
        bool start;
        lock (Outbox.Gate)
        {
            Outbox.AddNow(frame, body);
            start = Outbox.Claim();
        }

        Leave(start);
    }

    /// <summary>Outside the gate: sends what was put under it, and closes where that was too much.</summary>
    public void Wake()
    {
        bool start;
        lock (Outbox.Gate)
            start = Outbox.Claim();
        Leave(start);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!await _writer.FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
            throw Fault(_connection.Reason, protocol: null);
    }

    /// <summary>Gives the other side credit for messages and requests of one of this node's protocols.</summary>
    public void Give(byte number, int bytes)
    {
        bool start;
        lock (Outbox.Gate)
        {
            if (_credits.Length == 0)
                _credits = new int[Settings.Protocols.Count];
            if (_credits[number] == 0)
                _creditCount++;
            _credits[number] += bytes;
            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
    }

    public void Refill() => _outbox?.Refill();

    public int WriteControl(Span<byte> destination)
    {
        int written = 0;
        for (int number = 0; _creditCount > 0 && destination.Length - written >= 2 + 2 * FrameCodec.MaxVarint; number++)
        {
            if (_credits[number] == 0)
                continue;
            // More than a number can say is said in two.
            int bytes = Math.Min(_credits[number], FrameCodec.MaxNumber);
            FramePrefix prefix = FramePrefix.ByteAndVarint((byte)number, bytes);
            written += FrameCodec.WriteHeader(FrameKind.Credit, prefix.Length, destination[written..]);
            written += prefix.Write(destination[written..]);
            _credits[number] -= bytes;
            if (_credits[number] == 0)
                _creditCount--;
        }

        return written + (_streams?.WriteCredit(destination[written..]) ?? 0);
    }

    // The gate has been left.
    private void Leave(bool start)
    {
        if (start)
            Outbox.Start();
        if (Outbox.IsOverrun)
            Overrun(NodeLimit.SendQueueBytes);
    }

    private SendProtocol Sends(int number, string name)
    {
        SendProtocol?[] sends = _sends;
        return sends[number]
            ?? Interlocked.CompareExchange(ref sends[number], new SendProtocol(name, (byte)number, ReceiveLane.InitialCredit(Remote.MaxMessage)), null)
            ?? sends[number]!;
    }
}
