using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// The sending half of a connection. Whoever adds a frame and finds the writer idle starts it; others leave their
/// bytes in the queue. The writer (ConnectionWriter.Writing.cs) alone touches pipe and cipher: it seals one record after
/// the other, heartbeats and credit before data, and flushes each, so that no heartbeat waits behind more than the one
/// record under way.
/// </summary>
/// <remarks>
/// It is a state machine by hand and not an async method: it waits for the transport some thousand times a second, and
/// an async method that nobody awaits would allocate at each.
/// </remarks>
internal sealed partial class ConnectionWriter : IDisposable, IThreadPoolWorkItem
{
    private const int RecordsBeforeYield = 64;

    // A frame that comes this soon after another one of the node is one of many: those that follow are gathered while the
    // pool finds a thread, or are another peer's and need not wait for this one. One that comes later is sent by whoever
    // sends it, which saves the way to another thread (test/Vix.P2p.Benchmarks, messages, fanout, roundtrip).
    private static readonly TimeSpan Burst = TimeSpan.FromMicroseconds(20);

    private readonly RecordOutput _output;
    private readonly ConnectionSettings _settings;
    private readonly IWriterOwner _owner;
    private FlushWaiters? _flushes;
    private Action? _resume;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flush;
    private SendBlock _block;
    private ControlBuffer _control;
    private bool _busy;
    private bool _scheduled;
    private bool _broken;
    private long _gone;
    private long _turn;
    private int _turnRecords;

    public ConnectionWriter(PipeWriter output, RecordSealer sealer, ConnectionSettings settings, IWriterOwner owner)
    {
        _output = new RecordOutput(output, sealer, settings);
        _settings = settings;
        _owner = owner;
        Queue = new SendQueue(settings.SendQueueBytes, settings.Budget);
    }

    /// <summary>Guards the queue, and what its producers keep beside it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What waits; under the gate.</summary>
    public SendQueue Queue { get; }

    /// <summary>Where frames come from besides the queue; set before anything is sent.</summary>
    public IConnectionTraffic Traffic { get; set; } = NoTraffic.Instance;

    /// <summary>Bytes given to the transport.</summary>
    public long Bytes => _output.Bytes;

    /// <summary>Bytes that wait.</summary>
    public int QueuedBytes => Queue.Length;

    /// <summary>The timestamp at which the flush under way began; 0 when there is none.</summary>
    public long FlushStarted => _output.FlushStarted;

    /// <summary>How long ago the last record went; zero while one is under way.</summary>
    public TimeSpan Idle => FlushStarted == 0 ? _output.Idle : TimeSpan.Zero;

    /// <summary>
    /// Under the gate: whether the caller is the writer now, and must call <see cref="Start"/> when it has left the gate.
    /// False also where the pool was asked to write.
    /// </summary>
    public bool Claim()
    {
        if (_busy || _broken || (Queue.IsEmpty && !HasCredit))
            return false;
        // A record that is full is sent by whoever filled it, in whose processor's cache it still is
        // (test/Vix.P2p.Benchmarks, messages).
        if (!Queue.HasFullBlock && (_scheduled || IsBurst))
        {
            Schedule();
            return false;
        }

        return _busy = true;
    }

    /// <summary>Sends, after <see cref="Claim"/>.</summary>
    public void Start()
    {
        Run(resumed: false);
        _settings.SentInline();
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
                if (kind == FrameKind.Ready)
                    Queue.Open();
            }

            start = Claim();
        }

        if (start)
            Start();
        return result;
    }

    public void Ping(ulong opaque) => Put(static (queue, opaque) => queue.Ping(opaque), opaque);

    public void Pong(ulong opaque) => Put(static (queue, opaque) => queue.Pong(opaque), opaque);

    /// <summary>The other side's Ready has come: from now on this side may send.</summary>
    public void Open() => Put(static (queue, _) => queue.Open(), 0);

    /// <summary>Takes no more and sends Close after what waits, where this side may send.</summary>
    public void Close(CloseCode code) => Put(static (queue, code) => queue.Close(code), code);

    /// <summary>Takes no more and forgets what waits.</summary>
    public void Drop() => Put(static (queue, _) => queue.Dispose(), 0);

    /// <summary>Completes when all that waits at this moment has gone to the transport; false when it cannot.</summary>
    public Task<bool> FlushAsync()
    {
        lock (Gate)
        {
            if (_broken || _gone == Queue.Added)
                return Task.FromResult(!_broken);
            // What was dropped does not go any more, and nobody is at work who would say so.
            if (Queue.IsEnded && !_busy && !_scheduled)
                return Task.FromResult(false);
            return (_flushes ??= new FlushWaiters()).Wait(Queue.Added);
        }
    }

    /// <summary>Takes no more, sends what waits and half-closes.</summary>
    public async Task EndAsync()
    {
        Task<bool> idle;
        lock (Gate)
        {
            Queue.End();
            idle = _busy || (_scheduled && !_broken) ? (_flushes ??= new FlushWaiters()).Wait(long.MaxValue) : Task.FromResult(true);
        }

        await idle.ConfigureAwait(false);
        await _output.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Frees what the writer holds; only after <see cref="EndAsync"/>.</summary>
    public void Dispose()
    {
        lock (Gate)
            Queue.Dispose();
        _output.Dispose();
    }

    private bool IsBurst => _output.Idle < Burst || _settings.SinceSentInline < Burst;

    private void Schedule()
    {
        if (_scheduled)
            return;
        _scheduled = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Put<T>(Action<SendQueue, T> put, T state)
    {
        bool start;
        lock (Gate)
        {
            put(Queue, state);
            start = Claim();
        }

        if (start)
            Start();
    }

    // Nothing follows a Close.
    private bool HasCredit => !Queue.IsEnded && Traffic.HasControl;
}
