namespace Vix.P2p.Peers;

/// <content>The end of a dial, and what follows from it.</content>
internal sealed partial class PeerTable
{
    private static readonly TimeSpan SelfRemembered = TimeSpan.FromMinutes(10);

    /// <summary>A dial is over. Without success its row says why and, when kept connected, when the next one is due.</summary>
    public void EndDial(DialAttempt attempt, P2pReason reason, string detail, bool inHandshake)
    {
        bool first;
        lock (_gate)
        {
            PeerRow row = attempt.Row;
            if (row.Dial == attempt)
                row.Dial = null;
            _dials.Remove(attempt);
            _history.End(attempt.Entry, reason, detail);
            if (attempt.Link is not null && _claims.GetValueOrDefault(attempt.Link.Id) == attempt.Link && attempt.Link.Established == 0)
                _claims.Remove(attempt.Link.Id);
            if (row.Link == attempt.Link && attempt.Link?.Established is null or 0)
                row.Link = null;
            // One that gave way to the peer's own connection did not end in Ready either, though nobody misses it.
            if (inHandshake && attempt.Link?.Established is null or 0)
                Interlocked.Increment(ref _counters.HandshakesFailed);
            if (reason != P2pReason.None)
                Interlocked.Increment(ref _counters.ConnectFailures);
            first = row.State.LastError?.Reason != reason;
            if (reason != P2pReason.None && row.Link is null && row.Dial is null)
            {
                _lastError = new PeerError(reason, detail, _time.GetUtcNow(), attempt.Endpoint.ToString());
                AfterFailure(row, attempt.Endpoint, _lastError);
                Publish(inHandshake ? PeerEventKind.HandshakeFailed : PeerEventKind.ConnectFailed, row, reason);
            }
            else
                _rows.Set(row, row.State); // without its dial it may be forgotten

            TrimLocked();
        }

        // A peer that is down for a day is told once, not at each of its dials.
        if (reason != P2pReason.None && first)
            Log.ConnectFailed(_log, attempt.Endpoint, reason.ToCode(), detail);
        else if (reason != P2pReason.None)
            Log.ConnectFailedAgain(_log, attempt.Endpoint, reason.ToCode(), detail);
        TellLimits();
        PlanChanged();
    }

    private void AfterFailure(PeerRow row, PeerEndpoint endpoint, PeerError error)
    {
        bool kept = row.State.KeptConnected;
        TimeSpan wait = TimeSpan.Zero;
        switch (error.Reason)
        {
            case P2pReason.Self or P2pReason.RejectedSelf:
                wait = SelfRemembered;
                _backoff.MarkSelf(endpoint, wait);
                break;
            case P2pReason.Cancelled or P2pReason.ShuttingDown:
            case P2pReason.RejectedDuplicate when row.State.Id is { } id && _claims.ContainsKey(id):
                break;
            default:
                wait = _backoff.Fail(endpoint, kept, IsLasting(error.Reason));
                break;
        }

        _rows.Set(row, row.State with
        {
            State = kept ? PeerState.Disconnected : PeerState.Closed,
            LastError = error,
            Connection = null,
            NextDial = kept ? At(wait) : null,
        });
    }

    // Not a matter of seconds: the backoff starts at its longest (docs/protocol.md, section 3).
    private static bool IsLasting(P2pReason reason) => reason is P2pReason.RejectedNotAllowed or P2pReason.RejectedIncompatible
        or P2pReason.RejectedUnknown or P2pReason.NotAllowed or P2pReason.IdMismatch or P2pReason.EndpointDenied
        or P2pReason.Banned;

    private long At(TimeSpan wait) => _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
}
