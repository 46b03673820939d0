using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// The sending half of a connection. Whoever adds a frame and finds the writer idle starts it; others leave their
/// bytes in the queue. The writer alone touches pipe and cipher: it seals one record after the other, heartbeats and
/// credit before data, and flushes each, so that no heartbeat waits behind more than the one record under way.
/// </summary>
/// <remarks>
/// It is a state machine by hand and not an async method: it waits for the transport some thousand times a second, and
/// an async method that nobody awaits would allocate at each.
/// </remarks>
internal sealed partial class ConnectionWriter : IDisposable, IThreadPoolWorkItem
{
    private const int RecordsBeforeYield = 64;
    private const int ControlRoom = 1_024;

    // A frame that comes this soon after the last record is one of many: those that follow are gathered while the pool
    // finds a thread. One that comes later is sent by whoever sends it, which saves the way to another thread
    // (test/Vix.P2p.Benchmarks, messages).
    private static readonly TimeSpan Burst = TimeSpan.FromMicroseconds(20);

    private readonly PipeWriter _output;
    private readonly RecordSealer _sealer;
    private readonly ConnectionSettings _settings;
    private readonly Action _failed;
    private readonly List<(long Target, TaskCompletionSource<bool> Done)> _flushes = new(0);
    private Action? _resume;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flush;
    private SendBlock _block;
    private byte[] _control = [];
    private bool _open;
    private bool _busy;
    private bool _broken;
    private long _gone;
    private long _turn;
    private int _turnRecords;
    private long _flushStarted;
    private long _bytes;
    private long _lastRecord;

    /// <param name="failed">Called once, from the writer, when nothing can be sent any more.</param>
    public ConnectionWriter(PipeWriter output, RecordSealer sealer, ConnectionSettings settings, Action failed)
    {
        _output = output;
        _sealer = sealer;
        _settings = settings;
        _failed = failed;
        Queue = new SendQueue(settings.SendQueueBytes, settings.Budget);
    }

    /// <summary>Guards the queue, and what its producers keep beside it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What waits; under the gate.</summary>
    public SendQueue Queue { get; }

    /// <summary>Where frames come from besides the queue; set before anything is sent.</summary>
    public IConnectionTraffic Traffic { get; set; } = NoTraffic.Instance;

    /// <summary>Bytes given to the transport.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes that wait.</summary>
    public int QueuedBytes => Queue.Length;

    /// <summary>The timestamp at which the flush under way began; 0 when there is none.</summary>
    public long FlushStarted => Volatile.Read(ref _flushStarted);

    /// <summary>
    /// Under the gate: whether there is something to send and nobody who sends it. Then the caller must call
    /// <see cref="Start"/> when it has left the gate.
    /// </summary>
    public bool Claim() =>
        !_busy && !_broken && (!Queue.IsEmpty || HasCredit) && (_busy = true);

    /// <summary>Begins to send, after <see cref="Claim"/>: here, or on the pool where more is likely to come at once.</summary>
    public void Start()
    {
        if (_settings.Time.GetElapsedTime(Volatile.Read(ref _lastRecord)) < Burst)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else
            Execute();
    }

    /// <summary>Sends a frame of the connection's own, which is never cut.</summary>
    public SendQueueResult TrySend(FrameKind kind, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, SendQueue.LeastPiece);
        SendQueueResult result;
        bool start;
        lock (Gate)
        {
            int cost = Math.Max(SendQueue.LeastCost, body.Length);
            result = Queue.TryReserve(cost);
            if (result == SendQueueResult.Added)
            {
                Queue.Add(OutgoingFrame.Single(kind, default), body, last: true);
                Queue.Charge(cost - body.Length);
            }

            _open |= kind == FrameKind.Ready && result == SendQueueResult.Added;
            start = result == SendQueueResult.Added && Claim();
        }

        if (start)
            Start();
        return result;
    }

    public void Ping(ulong opaque)
    {
        bool start;
        lock (Gate)
        {
            Queue.Ping(opaque);
            start = Claim();
        }

        if (start)
            Start();
    }

    public void Pong(ulong opaque)
    {
        bool start;
        lock (Gate)
        {
            Queue.Pong(opaque);
            start = Claim();
        }

        if (start)
            Start();
    }

    /// <summary>The other side's Ready has come: from now on this side may send.</summary>
    public void Open()
    {
        lock (Gate)
            _open = true;
    }

    /// <summary>
    /// Takes no more and sends Close after what waits; where Ready has not been sent or received yet, without Close,
    /// which must not be the first frame.
    /// </summary>
    public void Close(CloseCode code)
    {
        bool start;
        lock (Gate)
        {
            if (_open)
                Queue.Close(code);
            else
                Queue.End();
            start = Claim();
        }

        if (start)
            Start();
    }

    /// <summary>Completes when all that waits at this moment has gone to the transport; false when it cannot.</summary>
    public Task<bool> FlushAsync()
    {
        lock (Gate)
        {
            if (_broken || _gone == Queue.Added)
                return Task.FromResult(!_broken);
            return Wait(Queue.Added);
        }
    }

    /// <summary>Takes no more, sends what waits and half-closes.</summary>
    public async Task EndAsync()
    {
        Task<bool> idle;
        lock (Gate)
        {
            Queue.End();
            idle = _busy ? Wait(long.MaxValue) : Task.FromResult(true);
        }

        await idle.ConfigureAwait(false);
        await _output.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Frees what the writer holds; only after <see cref="EndAsync"/>.</summary>
    public void Dispose()
    {
        lock (Gate)
            Queue.Dispose();
        _sealer.Dispose();
    }
}
