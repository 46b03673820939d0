using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Records;
using Vix.P2p.Transport;

namespace Vix.P2p.Connections;

/// <summary>
/// One encrypted connection to one proven peer. One read loop (<see cref="RunAsync"/>) and one writer at a time touch
/// the pipe; everybody else only leaves frames or asks it to close. It closes once, with one reason.
/// </summary>
internal sealed class PeerConnection : IWriterOwner
{
    private readonly IP2pTransportConnection _transport;
    private readonly IConnectionObserver _observer;
    private readonly ConnectionSettings _settings;
    private readonly ConnectionReader _reader;
    private readonly ConnectionWriter _writer;
    private readonly ConnectionFrames _frames;
    private readonly ConnectionPulse _pulse;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _closing = new();
    private P2pReason _reason;
    private ITimer? _linger;
    private bool _disposed;

    public PeerConnection(
        IP2pTransportConnection transport,
        SessionKeys keys,
        PeerId remoteId,
        string scheme,
        ConnectionRole role,
        ConnectionSettings settings,
        IConnectionObserver observer)
    {
        _transport = transport;
        _settings = settings;
        _observer = observer;
        RemoteId = remoteId;
        Scheme = scheme;
        _pulse = new ConnectionPulse(settings, observer);
        _writer = new ConnectionWriter(transport.Output, new RecordSealer(keys.Send), settings, this);
        Traffic = settings.CreateTraffic(this, _writer, role);
        _writer.Traffic = Traffic;
        _frames = new ConnectionFrames(this, role, observer, _pulse, _writer, Traffic);
        _reader = new ConnectionReader(transport.Input, new RecordOpener(keys.Receive), _frames, _pulse, settings);
        settings.Live.Add(this);
    }

    public PeerId RemoteId { get; }

    /// <summary>The scheme of its transport.</summary>
    public string Scheme { get; }

    public IP2pTransportConnection Transport => _transport;

    /// <summary>What it carries for the application.</summary>
    public IConnectionTraffic Traffic { get; }

    /// <summary>Why it has ended or is ending; <see cref="P2pReason.None"/> while it is not.</summary>
    public P2pReason Reason
    {
        get
        {
            lock (_closing)
                return _reason;
        }
    }

    /// <summary>Completes when the connection has ended and everything it held is freed.</summary>
    public Task Ended => _ended.Task;

    public ConnectionPulse Pulse => _pulse;

    public long BytesIn => _reader.Bytes;

    public long BytesOut => _writer.Bytes;

    public int SendQueueBytes => _writer.QueuedBytes;

    /// <summary>Messages that were taken to be sent and have not gone to the transport.</summary>
    public int Unsent => _writer.Queue.Unsent;

    /// <summary>Reads until the connection ends, then frees it; the one call that owns the connection.</summary>
    public async Task<P2pReason> RunAsync()
    {
        try
        {
            ReadEnd end = await _reader.ReadAsync().ConfigureAwait(false);
            if (end == ReadEnd.Violation)
            {
                _settings.CountInvalidFrame();
                Log.ProtocolViolation(_settings.Log, RemoteId, _reader.Violation ?? "");
                Close(P2pReason.ProtocolError, CloseCode.ProtocolError);
            }
            else if (end == ReadEnd.Lost)
                Close(P2pReason.Lost, code: null);
            Traffic.Ended();
            await FinishAsync().ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
            _settings.Live.Remove(this);
            _ended.SetResult();
        }

        return Reason;
    }

    /// <summary>Sends the responder's first frame; completes with true when it has gone to the transport.</summary>
    public async Task<bool> SendReadyAsync(ReadOnlyMemory<byte> introduction) =>
        _writer.TrySend(FrameKind.Ready, introduction.Span) == SendQueueResult.Added
        && await _writer.FlushAsync().ConfigureAwait(false);

    /// <summary>
    /// Ends the connection in good order: with <paramref name="code"/> the peer is sent what waits and told, without it
    /// the peer has closed and is sent nothing more.
    /// </summary>
    /// <returns>False when it was ending already; the first reason stands.</returns>
    public bool Close(P2pReason reason, CloseCode? code)
    {
        if (!TryBeginClose(reason))
            return false;
        // Whoever has closed, or is gone, takes nothing any more (docs/protocol.md, section 3).
        if (code is { } told)
            _writer.Close(told);
        else
            _writer.Drop();
        _reader.Stop();
        return true;
    }

    /// <summary>Sends Reject as the responder's only frame and ends the connection.</summary>
    public void Reject(RejectCode code, P2pReason reason)
    {
        if (!TryBeginClose(reason))
            return;
        _writer.TrySend(FrameKind.Reject, [(byte)code]);
        _reader.Stop();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort(P2pReason reason)
    {
        TryBeginClose(reason);
        _transport.Abort();
    }

    /// <summary>Looks at the clock: pings, marks as stale, closes what has been silent or stuck too long.</summary>
    public void Tick()
    {
        Traffic.Tick();
        switch (_pulse.Tick(_writer.FlushStarted, _writer.Idle))
        {
            case PulseAction.Ping:
                _writer.Ping(_pulse.NewPing());
                break;
            case PulseAction.CloseStale:
                Close(P2pReason.Stale, CloseCode.Stale);
                break;
            case PulseAction.CloseIncomplete:
                _settings.Limits.Reject(NodeLimit.FrameTimeout);
                Close(P2pReason.Overload, CloseCode.Overload);
                break;
            case PulseAction.AbortStuck:
                // The peer takes nothing, so it would not take a Close either.
                _settings.Limits.Reject(NodeLimit.SendTimeout);
                Abort(P2pReason.Overload);
                break;
        }
    }

    void IWriterOwner.SendingFailed() => Abort(P2pReason.Lost);

    private bool TryBeginClose(P2pReason reason)
    {
        lock (_closing)
        {
            if (_reason != P2pReason.None)
                return false;
            _reason = reason;
            if (!_disposed)
                _linger = _settings.Time.CreateTimer(static state => ((IP2pTransportConnection)state!).Abort(), _transport, ConnectionSettings.Linger, Timeout.InfiniteTimeSpan);
        }

        Log.Closing(_settings.Log, RemoteId, reason.ToCode());
        Traffic.Closing(reason);
        _observer.Closing(reason);
        return true;
    }

    // Flush, half-close, read and discard until the other side has closed too; the linger timer bounds all of it.
    private async Task FinishAsync()
    {
        Task end = _writer.EndAsync();
        await _reader.DiscardAsync().ConfigureAwait(false);
        await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask DisposeAsync()
    {
        lock (_closing)
        {
            _disposed = true;
            _linger?.Dispose();
        }

        _writer.Dispose();
        _reader.Dispose();
        await _transport.DisposeAsync().ConfigureAwait(false);
    }
}
