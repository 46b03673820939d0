namespace Vix.P2p.Connections;

/// <summary>
/// The processor time of Acks that lead to no peer. An Ack takes of it, and a peer that is let in gives that back: so
/// handshakes of peers do not wait here, and a flood of Hellos, or of strangers who are turned away, falls to a small
/// part of the cores that <see cref="EllipticCurveGate"/> leaves to handshakes. Of those who wait the newest goes first,
/// as it has the longest until it must give way to a later one; the oldest would mostly get its Ack in vain.
/// </summary>
internal sealed class AckBudget : IDisposable
{
    // Of each core of the gate; chosen by measurement (bench: flood). More of it leaves honest traffic less than four
    // fifths on two cores; less of it lets fewer newcomers in while a flood lasts.
    private const double Share = 0.1;

    // Some 800 Acks, so that many who are far away and come at once are not taken for a flood.
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(250);

    // Taken in advance, and put right when the work is done: those who begin at once must not all find the same rest.
    private static readonly TimeSpan Expected = TimeSpan.FromMilliseconds(0.3);

    // A thread that was held up, or a clock that was moved, is not the newcomer's doing.
    private static readonly TimeSpan MostEach = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource<bool>> _waiting = new();
    private readonly EllipticCurveGate _gate;
    private readonly double _rate;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private TimeSpan _rest = Most;
    private long _refilled;
    private bool _armed;

    /// <param name="gate">Where the work is done; it stays the caller's.</param>
    /// <param name="time">The node's clock.</param>
    public AckBudget(EllipticCurveGate gate, TimeProvider time)
    {
        _gate = gate;
        _rate = Share * gate.Concurrency;
        _time = time;
        _refilled = time.GetTimestamp();
        _timer = time.CreateTimer(static budget => ((AckBudget)budget!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Makes an Ack once there is time for it; what it took, or null when it was cancelled before its turn.</summary>
    public async ValueTask<TimeSpan?> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (!await EnterAsync(cancellationToken).ConfigureAwait(false))
            return null;
        TimeSpan took = TimeSpan.Zero;
        try
        {
            await _gate.RunAsync(Timed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (took > MostEach)
                took = MostEach;
            Add(Expected - took);
        }

        return took;

        T Timed()
        {
            long start = _time.GetTimestamp();
            T result = work();
            took = _time.GetElapsedTime(start);
            return result;
        }
    }

    /// <summary>Gives back what an Ack took that led to a peer.</summary>
    public void GiveBack(TimeSpan took) => Add(took);

    public void Dispose() => _timer.Dispose();

    private ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<bool>> place;
        lock (_lock)
        {
            Refill();
            if (_rest > TimeSpan.Zero)
            {
                _rest -= Expected;
                return new ValueTask<bool>(true);
            }

            place = _waiting.AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            Arm();
        }

        return WaitAsync(place, cancellationToken);
    }

    // Nothing is thrown for those who are cancelled: in a flood nearly all are, and it would be dear.
    private async ValueTask<bool> WaitAsync(LinkedListNode<TaskCompletionSource<bool>> place, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(_ => Leave(place), null))
            return await place.Value.Task.ConfigureAwait(false);
    }

    private void Leave(LinkedListNode<TaskCompletionSource<bool>> place)
    {
        lock (_lock)
        {
            if (place.List is null)
                return;
            _waiting.Remove(place);
        }

        place.Value.SetResult(false);
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _armed = false;
            Wake();
        }
    }

    private void Add(TimeSpan time)
    {
        lock (_lock)
        {
            _rest += time;
            Wake();
        }
    }

    private void Wake()
    {
        Refill();
        while (_rest > TimeSpan.Zero && _waiting.Last is { } newest)
        {
            _waiting.RemoveLast();
            _rest -= Expected;
            newest.Value.SetResult(true);
        }

        Arm();
    }

    private void Refill()
    {
        long now = _time.GetTimestamp();
        _rest += _time.GetElapsedTime(_refilled, now) * _rate;
        if (_rest > Most)
            _rest = Most;
        _refilled = now;
    }

    private void Arm()
    {
        if (_armed || _waiting.Count == 0)
            return;
        _armed = true;
        TimeSpan until = -_rest / _rate;
        _timer.Change(until > ShortestWait ? until : ShortestWait, Timeout.InfiniteTimeSpan);
    }
}
