using System.Runtime.CompilerServices;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <summary>
/// The streams of one connection, those of both sides: who opens which number, how many there may be, and how they
/// end. What comes is in StreamTable.Receiving.cs. Its fields belong to the writer's gate; a connection without streams
/// has nothing but the fields.
/// </summary>
internal sealed partial class StreamTable
{
    private const int CreditFrame = 2 + (2 * FrameCodec.MaxVarint);

    private readonly PeerChannel _channel;
    private readonly bool _oddIsOwn;
    private Dictionary<int, StreamState>? _streams;
    private Queue<StreamState>? _owing;
    private SendLane? _opens;
    private int _lastOwn;
    private int _lastRemote;
    private int _own;
    private int _remote;

    public StreamTable(PeerChannel channel, ConnectionRole role)
    {
        _channel = channel;
        _oddIsOwn = role == ConnectionRole.Initiator;
        // The initiator begins with 1, the responder with 2.
        (_lastOwn, _lastRemote) = _oddIsOwn ? (-1, 0) : (0, -1);
    }

    /// <summary>Streams that are open or being opened, or whose handler runs; read from anywhere.</summary>
    public int Count => Own + Remote;

    /// <summary>Those of this side; read from anywhere.</summary>
    public int Own => Volatile.Read(ref _own);

    /// <summary>Those of the other side; read from anywhere.</summary>
    public int Remote => Volatile.Read(ref _remote);

    /// <summary>Whether credit is owed for a stream; under the writer's gate.</summary>
    public bool HasCredit => _owing is { Count: > 0 };

    private Outbox Outbox => _channel.Outbox;

    private ChannelSettings Settings => _channel.Settings;

    /// <summary>Opens a stream. Its number is the next one at the moment its StreamOpen goes into the send queue.</summary>
    public ValueTask<P2pStream> OpenAsync(string protocol, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<P2pStream>(cancellationToken);
        if (_channel.Find(protocol) is not { } found)
            return ValueTask.FromException<P2pStream>(_channel.Fault(P2pReason.ProtocolNotSupported, protocol));
        var stream = new StreamState(_channel, protocol) { IsOwn = true, HandlerEnded = true };
        Exception? refusal;
        PendingSend? pending;
        bool start;
        lock (Outbox.Gate)
        {
            refusal = Open(stream, found, out pending);
            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
        if (pending is not null)
            return WaitAsync(stream, pending, cancellationToken);
        return refusal is null ? new ValueTask<P2pStream>(new P2pStream(stream)) : ValueTask.FromException<P2pStream>(refusal);
    }

    /// <summary>Lets the other side send more on a stream.</summary>
    public void Give(StreamState stream, int bytes)
    {
        bool start;
        lock (Outbox.Gate)
        {
            if (stream.IsClosed || stream.ReceiveEnded)
                return;
            if (stream.CreditDue == 0)
                (_owing ??= new Queue<StreamState>()).Enqueue(stream);
            stream.CreditDue += bytes;
            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
    }

    /// <summary>Writes what credit fits; under the writer's gate.</summary>
    public int WriteCredit(Span<byte> destination)
    {
        int written = 0;
        while (destination.Length - written >= CreditFrame && _owing is not null && _owing.TryDequeue(out StreamState? stream))
        {
            // What is over meanwhile needs none.
            if (!stream.IsClosed && !stream.ReceiveEnded)
            {
                FramePrefix prefix = FramePrefix.Varints(stream.Number, stream.CreditDue);
                written += FrameCodec.WriteHeader(FrameKind.StreamCredit, prefix.Length, destination[written..]);
                written += prefix.Write(destination[written..]);
            }

            stream.CreditDue = 0;
        }

        return written;
    }

    /// <summary>Ends both directions of a stream at once.</summary>
    public void Break(StreamState stream, StreamFault fault, bool tell)
    {
        bool start;
        lock (Outbox.Gate)
        {
            if (stream.TryBreak(fault) && tell)
                Outbox.AddNow(AbortFrame(stream.Number, fault.Code), default);
            start = Outbox.Claim();
        }

        Leave(start);
        stream.Receiver.Fail(fault);
        stream.Handling?.Cancel();
    }

    /// <summary>Asks the other side to send no more on a stream.</summary>
    public void Stop(StreamState stream)
    {
        bool start;
        lock (Outbox.Gate)
        {
            if (!stream.IsClosed && !stream.ReceiveEnded)
                Outbox.AddNow(OutgoingFrame.Single(FrameKind.StreamStop, FramePrefix.Varints(stream.Number, P2pErrorCode.None)), default);
            start = Outbox.Claim();
        }

        Leave(start);
    }

    /// <summary>
    /// Forgets a stream that is over, under the gate. One whose handler runs still has its place: a peer that opens and
    /// aborts as fast as it can has no more handlers run than it may have streams.
    /// </summary>
    public void Forget(StreamState stream)
    {
        if (!stream.IsClosed || !stream.HandlerEnded || _streams?.Remove(stream.Number) != true)
            return;
        if (stream.IsOwn)
            _own--;
        else
            _remote--;
    }

    /// <summary>The handler of a stream has ended.</summary>
    public void Handled(StreamState stream)
    {
        lock (Outbox.Gate)
        {
            stream.HandlerEnded = true;
            Forget(stream);
        }
    }

    /// <summary>The connection closes: all streams break off. After <see cref="Outbox.Close"/>, so that none is opened behind it.</summary>
    public void Close(P2pReason reason)
    {
        var fault = StreamFault.Ended(reason);
        StreamState[] streams;
        lock (Outbox.Gate)
        {
            streams = _streams is null ? [] : [.. _streams.Values];
            foreach (StreamState stream in streams)
                stream.TryBreak(fault);
            _owing = null;
        }

        foreach (StreamState stream in streams)
        {
            stream.Receiver.Fail(fault, unlessEnded: true);
            stream.Handling?.Cancel();
        }
    }

    private Exception? Open(StreamState stream, SendProtocol protocol, out PendingSend? pending)
    {
        pending = null;
        if (_own >= Settings.StreamsPerPeer)
            return _channel.Fault(P2pReason.TooManyStreams, protocol.Name);
        // Those that wait for room have no number yet: one is left for each of them.
        if (_lastOwn > FrameCodec.MaxNumber - (2 * Settings.StreamsPerPeer))
            return new P2pSendException(_channel.Peer.Id, protocol.Name, P2pReason.TooManyStreams, "This connection has had as many streams as it has numbers for. A new connection begins anew.");
        SendLane lane = _opens ??= new SendLane(SendLane.Unlimited, leastCost: 0);
        P2pReason reason = Outbox.TryAdd(lane, OpenFrame(_lastOwn + 2, protocol.Number), default, out _);
        if (reason == P2pReason.SendQueueFull)
        {
            _own++;
            pending = Outbox.Wait(lane, OpenFrame(0, protocol.Number), default, () => Register(stream, protocol.Number));
            pending.Protocol = protocol.Name;
        }
        else if (reason == P2pReason.None)
        {
            _own++;
            Register(stream, protocol.Number);
        }
        else
            return _channel.Fault(reason, protocol.Name);
        return null;
    }

    private OutgoingFrame Register(StreamState stream, byte protocol)
    {
        _lastOwn += 2;
        Add(stream, _lastOwn);
        return OpenFrame(_lastOwn, protocol);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<P2pStream> WaitAsync(StreamState stream, PendingSend pending, CancellationToken cancellationToken)
    {
        ValueTask task = pending.Task;
        pending.Watch(cancellationToken);
        try
        {
            await task.ConfigureAwait(false);
            return new P2pStream(stream);
        }
        catch
        {
            lock (Outbox.Gate)
                _own--;
            throw;
        }
    }

    private void Add(StreamState stream, int number)
    {
        stream.Open(number);
        (_streams ??= []).Add(number, stream);
    }

    private void Leave(bool start)
    {
        if (start)
            Outbox.Start();
        if (Outbox.IsOverrun)
            _channel.Overrun(NodeLimit.SendQueueBytes);
    }

    private static OutgoingFrame OpenFrame(int number, byte protocol) => OutgoingFrame.Single(FrameKind.StreamOpen, FramePrefix.VarintAndByte(number, protocol));

    private static OutgoingFrame AbortFrame(int number, int code) => OutgoingFrame.Single(FrameKind.StreamAbort, FramePrefix.Varints(number, code));
}
