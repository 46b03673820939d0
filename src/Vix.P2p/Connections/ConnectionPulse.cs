namespace Vix.P2p.Connections;

/// <summary>
/// The life signs of one connection, in timestamps of the monotonic clock. The read loop writes what arrived, the
/// heartbeat reads it; each field has one writer.
/// </summary>
internal sealed class ConnectionPulse
{
    private readonly ConnectionSettings _settings;
    private readonly IConnectionObserver _observer;
    private readonly Lock _staleGate = new();
    private readonly long _began;
    private long _lastFrame;
    private long _recordStarted;
    private long _frameStarted;
    private long _pingAt;
    private ulong _pingOpaque;
    private bool _pingPending;
    private long _rtt = -1;
    private long _rttMin = -1;
    private bool _stale;

    public ConnectionPulse(ConnectionSettings settings, IConnectionObserver observer)
    {
        _settings = settings;
        _observer = observer;
        _began = _lastFrame = settings.Time.GetTimestamp();
    }

    /// <summary>The timestamp of the last frame; the handshake's last one when none came after it.</summary>
    public long LastFrame => Volatile.Read(ref _lastFrame);

    /// <summary>The last round trip; null when none was measured.</summary>
    public TimeSpan? Rtt => Read(ref _rtt);

    /// <summary>The shortest round trip; null when none was measured.</summary>
    public TimeSpan? RttMin => Read(ref _rttMin);

    /// <summary>A whole frame has arrived: any frame counts as life.</summary>
    public void FrameArrived()
    {
        Volatile.Write(ref _lastFrame, _settings.Time.GetTimestamp());
        if (Volatile.Read(ref _stale))
            SetStale(false);
    }

    /// <summary>Says after each read what has been begun and is not complete, and whether any was completed meanwhile.</summary>
    public void Incomplete(bool record, bool recordCompleted, bool frame, bool frameCompleted)
    {
        Track(ref _recordStarted, record, recordCompleted);
        Track(ref _frameStarted, frame, frameCompleted);
    }

    /// <summary>Begins a heartbeat; the 8 bytes to send.</summary>
    public ulong NewPing()
    {
        lock (_staleGate)
        {
            _pingAt = _settings.Time.GetTimestamp();
            _pingPending = true;
            return ++_pingOpaque;
        }
    }

    /// <summary>Takes a Pong; one that nobody asked for is ignored.</summary>
    public void PongArrived(ulong opaque)
    {
        long rtt;
        lock (_staleGate)
        {
            if (!_pingPending || opaque != _pingOpaque)
                return;
            _pingPending = false;
            rtt = _settings.Time.GetElapsedTime(_pingAt).Ticks;
            Volatile.Write(ref _rtt, rtt);
            if (_rttMin < 0 || rtt < _rttMin)
                Volatile.Write(ref _rttMin, rtt);
        }

        // Outside of the lock: whoever measures is the program's own.
        _settings.Telemetry?.Metrics.RecordRtt(TimeSpan.FromTicks(rtt));
    }

    /// <summary>Looks at the clock; called by the heartbeat alone.</summary>
    /// <param name="flushStarted">When the flush under way began; 0 when there is none.</param>
    /// <param name="idle">How long ago the last record was sent, if one was.</param>
    public PulseAction Tick(long flushStarted, TimeSpan idle)
    {
        TimeSpan silence = Since(ref _lastFrame);
        if (silence >= _settings.CloseAfter)
            return PulseAction.CloseStale;
        if (flushStarted != 0 && _settings.Time.GetElapsedTime(flushStarted) >= _settings.SendTimeout)
            return PulseAction.AbortStuck;
        if (Overdue(ref _recordStarted) || Overdue(ref _frameStarted))
            return PulseAction.CloseIncomplete;
        if (silence >= _settings.StaleAfter)
            SetStale(true);
        // A peer that fills a slow line hears nothing from whoever only takes, and what it asks itself waits behind what it
        // sends: so this side speaks up too, by the way that is free.
        return (silence >= _settings.PingInterval || Shorter(idle, _settings.Time.GetElapsedTime(_began)) >= _settings.PingInterval) && PingDue()
            ? PulseAction.Ping
            : PulseAction.None;
    }

    private bool PingDue()
    {
        lock (_staleGate)
            return _pingAt == 0 || _settings.Time.GetElapsedTime(_pingAt) >= _settings.PingInterval;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private bool Overdue(ref long started) =>
        Volatile.Read(ref started) != 0 && Since(ref started) >= _settings.FrameTimeout;

    private TimeSpan Since(ref long timestamp) => _settings.Time.GetElapsedTime(Volatile.Read(ref timestamp));

    private void Track(ref long started, bool open, bool completed)
    {
        if (!open)
            Volatile.Write(ref started, 0);
        else if (completed || started == 0)
            Volatile.Write(ref started, Math.Max(1, _settings.Time.GetTimestamp()));
    }

    // A frame and the heartbeat may meet here: the observer hears of each change once, in order, and the last word is
    // the silence of that moment.
    private void SetStale(bool stale)
    {
        lock (_staleGate)
        {
            if (_stale == stale || stale != (Since(ref _lastFrame) >= _settings.StaleAfter))
                return;
            Volatile.Write(ref _stale, stale);
            _observer.StaleChanged(stale);
        }
    }

    private static TimeSpan? Read(ref long ticks)
    {
        long value = Volatile.Read(ref ticks);
        return value < 0 ? null : TimeSpan.FromTicks(value);
    }
}
