using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Vix.P2p.Transport.Tcp;

/// <summary>
/// An operation of a socket that one caller awaits and anyone may interrupt. An interrupt ends the wait and not the
/// operation, which the next wait takes up again: cancelling a system call could lose what it had already done.
/// Nothing is allocated a wait.
/// </summary>
internal abstract class SocketWait : SocketAsyncEventArgs, IValueTaskSource<SocketWake>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<SocketWake> _core;
    private bool _running;
    private bool _waiting;
    private bool _unclaimed;
    private bool _cancelled;

    protected SocketWait(Socket socket)
        : base(true) => Socket = socket;

    /// <summary>The operation has begun and not ended: what it uses is the system's.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_gate)
                return _running;
        }
    }

    protected Socket Socket { get; }

    /// <summary>
    /// Begins the operation and waits for its end or for an interrupt; one that an interrupt has left behind, running or
    /// ended meanwhile, is taken up instead.
    /// </summary>
    public ValueTask<SocketWake> WaitAsync()
    {
        bool start;
        lock (_gate)
        {
            if (_cancelled)
            {
                _cancelled = false;
                return new ValueTask<SocketWake>(SocketWake.Interrupted);
            }

            if (_unclaimed)
            {
                _unclaimed = false;
                return new ValueTask<SocketWake>(SocketWake.Completed);
            }

            _core.Reset();
            _core.RunContinuationsAsynchronously = false;
            _waiting = true;
            start = !_running;
            _running = true;
        }

        if (!start)
            return new ValueTask<SocketWake>(this, _core.Version);
        SocketWake wake = SocketWake.Completed;
        try
        {
            if (Start())
                return new ValueTask<SocketWake>(this, _core.Version);
        }
        catch (ObjectDisposedException)
        {
            wake = SocketWake.Disposed;
        }

        lock (_gate)
        {
            _running = false;
            // Interrupted while it began: the result is set, and this call must hand out that one.
            if (!_waiting)
            {
                _unclaimed = wake == SocketWake.Completed;
                return new ValueTask<SocketWake>(this, _core.Version);
            }

            _waiting = false;
        }

        return new ValueTask<SocketWake>(wake);
    }

    /// <summary>Ends the wait under way; without one it does nothing.</summary>
    public void Interrupt() => Interrupt(keep: false);

    /// <summary>Ends the wait under way, or else the next one.</summary>
    public void Cancel() => Interrupt(keep: true);

    /// <summary>Takes a <see cref="Cancel"/> that found no wait.</summary>
    public bool TakeCancel()
    {
        lock (_gate)
        {
            bool cancelled = _cancelled;
            _cancelled = false;
            return cancelled;
        }
    }

    SocketWake IValueTaskSource<SocketWake>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketWake>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<SocketWake>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Begins the operation; false when it has ended at once.</summary>
    protected abstract bool Start();

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        lock (_gate)
        {
            _running = false;
            _unclaimed = !_waiting;
            if (_unclaimed)
                return;
            _waiting = false;
        }

        _core.SetResult(SocketWake.Completed);
    }

    private void Interrupt(bool keep)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _cancelled |= keep;
                return;
            }

            _waiting = false;
        }

        // The one who interrupts is not to run the reader's or the writer's loop.
        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(SocketWake.Interrupted);
    }
}
