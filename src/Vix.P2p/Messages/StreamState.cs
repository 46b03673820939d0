namespace Vix.P2p.Messages;

/// <summary>One stream: its number, its two directions, and how it ends. Its fields belong to the writer's gate.</summary>
internal sealed class StreamState
{
    private readonly PeerChannel _channel;
    private int _disposed;
    private bool _closed;
    private StreamFault? _fault;

    public StreamState(PeerChannel channel, string protocol)
    {
        _channel = channel;
        Protocol = protocol;
        Sender = new StreamSender(this, channel.Outbox, protocol, channel.Remote.StreamWindow);
        Receiver = new StreamReceiver(channel, this);
    }

    public PeerChannel Channel => _channel;

    public string Protocol { get; }

    /// <summary>This side has opened it.</summary>
    public bool IsOwn { get; init; }

    public int Number { get; private set; }

    public StreamSender Sender { get; }

    public StreamReceiver Receiver { get; }

    /// <summary>The handler's run, for a stream that the other side has opened.</summary>
    public StreamHandling? Handling { get; init; }

    /// <summary>No handler runs for it, or none does any more.</summary>
    public bool HandlerEnded { get; set; }

    /// <summary>The other side's end has come.</summary>
    public bool ReceiveEnded { get; private set; }

    /// <summary>Both directions have ended, or the stream broke off: no frame of it means anything. Read from anywhere.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Why it broke off; null when it did not. Read from anywhere.</summary>
    public StreamFault? Fault => Volatile.Read(ref _fault);

    /// <summary>What the other side is to be told that it may send.</summary>
    public int CreditDue { get; set; }

    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public static ObjectDisposedException Disposed() => new(nameof(P2pStream));

    public void Open(int number)
    {
        Number = number;
        Sender.Open(number);
    }

    public void EndReceiving()
    {
        ReceiveEnded = true;
        DirectionEnded();
    }

    /// <summary>Under the gate: one direction has ended, and with the other one the stream.</summary>
    public void DirectionEnded()
    {
        if (!ReceiveEnded || !Sender.IsEnded || _closed)
            return;
        Volatile.Write(ref _closed, true);
        _channel.Streams.Forget(this);
    }

    /// <summary>Under the gate: it breaks off; false when it was over.</summary>
    public bool TryBreak(StreamFault fault)
    {
        if (_closed)
            return false;
        Volatile.Write(ref _fault, fault);
        Volatile.Write(ref _closed, true);
        Sender.Fail(fault);
        _channel.Streams.Forget(this);
        return true;
    }

    /// <summary>Breaks it off and tells the other side.</summary>
    public void Abort(int code) => _channel.Streams.Break(this, StreamFault.AbortedHere(code), tell: true);

    /// <summary>Ends the writes behind what was written, and drops what comes. Does not throw.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (Receiver.Dispose())
            _channel.Streams.Stop(this);
        if (Fault is not null)
            return;
        try
        {
            await Sender.EndAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // A write waits, so there is no good order to end in.
            Abort(P2pErrorCode.Cancelled);
        }
        catch (P2pStreamException)
        {
            // It had broken off.
        }
    }
}
