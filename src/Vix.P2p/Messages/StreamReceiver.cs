using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Messages;

/// <summary>
/// The direction of a stream that comes. The read loop leaves bytes here and never waits; when the application waits
/// for them they go straight to its buffer, else into a <see cref="StreamBuffer"/>. What is read is given back as
/// credit.
/// </summary>
/// <remarks>Its lock and the writer's gate are never held at once.</remarks>
internal sealed class StreamReceiver : IValueTaskSource<int>
{
    private readonly PeerChannel _channel;
    private readonly StreamState _stream;
    private readonly Lock _gate = new();
    private StreamBuffer _buffer;
    private ManualResetValueTaskSourceCore<int> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private Memory<byte> _destination;
    private bool _waiting;
    private bool _busy;
    private bool _ended;
    private bool _disposed;
    private StreamFault? _fault;
    private long _received;
    private long _granted;
    private int _owed;

    public StreamReceiver(PeerChannel channel, StreamState stream)
    {
        _channel = channel;
        _stream = stream;
        _buffer = new StreamBuffer(channel.Settings.Received.Pool);
        _granted = channel.Settings.StreamWindow;
    }

    /// <summary>Takes data, from the read loop; null when all is well, else what the protocol does not allow.</summary>
    public string? Take(ReadOnlySpan<byte> data)
    {
        _received += data.Length;
        if (_received > Volatile.Read(ref _granted))
            return "data of a stream without credit";
        int delivered = 0;
        bool wake;
        bool overrun = false;
        lock (_gate)
        {
            if (_ended)
                return "data behind the end of its stream";
            if (_fault is not null || _disposed)
                return null;
            // Only into an array: memory of another kind is the program's own code, which does not run here.
            if (_waiting && MemoryMarshal.TryGetArray(_destination, out ArraySegment<byte> destination))
            {
                delivered = Math.Min(data.Length, destination.Count);
                data[..delivered].CopyTo(destination);
                data = data[delivered..];
            }

            if (!data.IsEmpty)
            {
                overrun = !_channel.Settings.Received.TryTake(data.Length);
                if (!overrun)
                    _buffer.Append(data);
            }

            // Where nothing could be kept the connection closes, and its end is what the reader is told.
            wake = (delivered > 0 || !overrun) && EndWait();
        }

        if (wake)
            _core.SetResult(delivered);
        if (overrun)
            _channel.Overrun(NodeLimit.ReceiveQueueBytesTotal);
        GiveBack(delivered);
        return null;
    }

    /// <summary>Takes the end, from the read loop; null when all is well, else what the protocol does not allow.</summary>
    public string? End()
    {
        bool wake;
        lock (_gate)
        {
            if (_ended)
                return "an end behind the end of its stream";
            _ended = true;
            wake = EndWait();
        }

        if (wake)
            _core.SetResult(0);
        return null;
    }

    /// <summary>Nothing more comes, and what was not read is dropped.</summary>
    /// <param name="fault">Why.</param>
    /// <param name="unlessEnded">Leaves what has come to its end: it is whole, and can be read after the connection.</param>
    public void Fail(StreamFault fault, bool unlessEnded = false)
    {
        bool wake;
        lock (_gate)
        {
            if (unlessEnded && _ended)
                return;
            _fault ??= fault;
            Drop();
            wake = EndWait();
        }

        if (wake)
            _core.SetException(fault.ToException());
    }

    /// <summary>Nobody reads any more; true when the other side should be told.</summary>
    public bool Dispose()
    {
        bool wake;
        bool tell;
        lock (_gate)
        {
            tell = !_disposed && !_ended && _fault is null;
            _disposed = true;
            Drop();
            wake = EndWait();
        }

        if (wake)
            _core.SetException(StreamState.Disposed());
        return tell;
    }

    /// <summary>Reads what is there, or waits for some; 0 at the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        bool wait;
        lock (_gate)
        {
            if (_busy)
                return ValueTask.FromException<int>(new InvalidOperationException("A read of this stream waits already; reads come one at a time."));
            if (Problem() is { } problem)
                return ValueTask.FromException<int>(problem);
            wait = _buffer.Length == 0 && !_ended;
            if (wait)
            {
                _busy = _waiting = true;
                _destination = destination;
            }
        }

        if (!wait)
            return new ValueTask<int>(TakeOut(destination.Span));
        _token = cancellationToken;
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static (state, _) => ((StreamReceiver)state!).Cancel(), this);
        return new ValueTask<int>(this, _core.Version);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    public int GetResult(short token)
    {
        Memory<byte> destination = _destination;
        try
        {
            int delivered = _core.GetResult(token);
            if (delivered > 0)
                return delivered;
            lock (_gate)
            {
                if (Problem() is { } problem)
                    throw problem;
            }

            return TakeOut(destination.Span);
        }
        finally
        {
            // Waits for a callback that runs at this moment, so that it cannot meet the next use.
            _registration.Dispose();
            _registration = default;
            _token = default;
            _destination = default;
            _core.Reset();
            lock (_gate)
                _busy = false;
        }
    }

    private void Cancel()
    {
        bool wake;
        lock (_gate)
            wake = EndWait();
        if (wake)
            _core.SetException(new OperationCanceledException(_token));
    }

    private Exception? Problem() => _disposed ? StreamState.Disposed() : _fault?.ToException();

    // Whoever ends the wait must then complete it, outside the lock: where a continuation goes is the program's to say.
    private bool EndWait()
    {
        bool waited = _waiting;
        _waiting = false;
        return waited;
    }

    private void Drop() => _channel.Settings.Received.Give(_buffer.Clear());

    // Array by array, so that the read loop waits for the copy of one at most.
    private int TakeOut(Span<byte> destination)
    {
        int total = 0;
        for (int taken = 1; taken > 0 && total < destination.Length; total += taken)
        {
            lock (_gate)
                taken = _buffer.Take(destination[total..]);
        }

        _channel.Settings.Received.Give(total);
        GiveBack(total);
        return total;
    }

    private void GiveBack(int bytes)
    {
        if (bytes == 0)
            return;
        int owed = Interlocked.Add(ref _owed, bytes);
        // Less than the half that may be held back, and as much of it as can be: each credit is a record of its own
        // (test/Vix.P2p.Benchmarks, streams).
        if (owed < _channel.Settings.StreamWindow * 3 / 8 || Interlocked.CompareExchange(ref _owed, 0, owed) != owed)
            return;
        // Before the other side can know of it.
        Interlocked.Add(ref _granted, owed);
        _channel.Streams.Give(_stream, owed);
    }
}
