using Vix.P2p.Connections;

namespace Vix.P2p.Peers;

/// <content>The life of a link: Ready, stale, ended.</content>
internal sealed partial class PeerTable
{
    /// <summary>
    /// Both sides are Ready. False when the claim has moved to another connection meanwhile, or the node stops: a stop
    /// has closed all connections there were and must not miss a late one.
    /// </summary>
    public bool Establish(PeerLink link)
    {
        DialAttempt? attempt;
        PeerInfo info;
        bool tell;
        List<Arrival> arrived;
        lock (_gate)
        {
            if (!_open || _claims.GetValueOrDefault(link.Id) != link)
                return false;
            link.Established = ++_moment;
            _connected[link.Id] = link.Connection!;
            Interlocked.Increment(ref _counters.HandshakesCompleted);
            PeerRow row = link.Row;
            attempt = link.Attempt;
            if (row.Dial == attempt)
                row.Dial = null;
            _rows.Set(row, row.State with
            {
                State = PeerState.Connected,
                Direction = link.Direction,
                Introduction = link.Introduction,
                Connection = link.Connection,
                ConnectedAt = _time.GetUtcNow(),
                ConnectedTimestamp = _time.GetTimestamp(),
                NextDial = null,
                LastError = null,
            });
            if (attempt is not null)
                Lead(attempt.Endpoint, row);
            TrimLocked();
            info = row.ToInfo(_time);
            tell = row.Lines.TryTake(_time);
            arrived = _arrivals.FindAll(arrival => arrival.Id == link.Id);
            Publish(PeerEventKind.PeerConnected, row, P2pReason.None);
        }

        if (tell)
            Log.PeerJoined(_log, link.Id, link.Direction, info.Endpoint, info.NodeId);
        else
            Log.PeerJoinedQuietly(_log, link.Id, link.Direction, info.Endpoint, info.NodeId);
        if (tell)
            Log.HandshakeCompleted(_log);
        if (attempt is not null)
            Log.ConnectReady(_log, link.Id);
        attempt?.Done.TrySetResult(info);
        foreach (Arrival arrival in arrived)
            arrival.Came.TrySetResult(info);
        return true;
    }

    /// <summary>Whether a link has been Ready.</summary>
    public bool IsEstablished(PeerLink link)
    {
        lock (_gate)
            return link.Established > 0;
    }

    /// <summary>Why a link was not established: what has taken its claim away.</summary>
    public P2pReason WhyDropped(PeerLink link)
    {
        lock (_gate)
        {
            return !_open ? P2pReason.ShuttingDown
                : _bans.Contains(link.Id) ? P2pReason.Banned
                : _claims.ContainsKey(link.Id) ? P2pReason.Replaced
                : P2pReason.Requested;
        }
    }

    public void MarkStale(PeerLink link, bool stale)
    {
        lock (_gate)
        {
            PeerRow row = link.Row;
            (PeerState from, PeerState to) = stale ? (PeerState.Connected, PeerState.Stale) : (PeerState.Stale, PeerState.Connected);
            if (row.Link != link || row.State.State != from)
                return;
            _rows.Set(row, row.State with { State = to });
            Publish(PeerEventKind.PeerStale, row, stale ? P2pReason.Stale : P2pReason.None);
        }
    }

    /// <summary>
    /// A connection begins to close, and with that its claim ends, unless it has moved on: the peer can come back while
    /// the last bytes of the old connection still go out.
    /// </summary>
    public void Release(PeerLink link, P2pReason reason)
    {
        bool told = false;
        bool tell = false;
        lock (_gate)
        {
            if (_claims.GetValueOrDefault(link.Id) == link)
                _claims.Remove(link.Id);
            PeerRow row = link.Row;
            if (link.Connection is { } connection)
                _connected.TryRemove(new KeyValuePair<PeerId, PeerConnection>(link.Id, connection));
            _rows.TakeTraffic(link);
            PeerRowState state = row.State;
            if (row.Link == link)
            {
                row.Link = null;
                // A dial that did not get as far as Ready says by itself how it ended.
                if (link.Established > 0 || link.Attempt is null)
                {
                    state = AfterEnd(state, reason, link);
                    told = link.Established > 0;
                    tell = told && row.Lines.TryTake(_time);
                }
            }

            _rows.Set(row, state);
            if (told)
                Leave(link, reason);
            // Nothing more is taken to be sent: with nothing waiting the end is as good as there.
            if (link.Connection is not { Unsent: > 0 })
                TellFarewell(link);
            TrimLocked();
        }

        if (tell)
            Log.PeerLeft(_log, link.Id, reason.ToCode());
        else if (told)
            Log.PeerLeftQuietly(_log, link.Id, reason.ToCode());
        TellLimits();
        PlanChanged();
    }

    /// <summary>Completes when a peer is Ready, whoever dialled; at once when it is.</summary>
    public Task<PeerInfo> ArrivalOf(PeerId id, CancellationToken cancellationToken)
    {
        var arrival = new Arrival(id, new TaskCompletionSource<PeerInfo>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_claims.TryGetValue(id, out PeerLink? link) && link.Established > 0)
                return Task.FromResult(link.Row.ToInfo(_time));
            if (!_open)
                return Task.FromCanceled<PeerInfo>(new CancellationToken(canceled: true));
            _arrivals.Add(arrival);
        }

        return WaitAsync();

        async Task<PeerInfo> WaitAsync()
        {
            try
            {
                return await arrival.Came.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                lock (_gate)
                    _arrivals.Remove(arrival);
            }
        }
    }

    /// <summary>Stops keeping a row connected and says what of it is to be ended; null when there is nothing.</summary>
    public PeerEnding? Pause(PeerRow row, P2pReason reason)
    {
        lock (_gate)
        {
            DialAttempt? dial = row.Dial;
            PeerLink? link = row.Link;
            bool planned = row.State.KeptConnected;
            // Claimed, and its connection not made yet: without the claim it will not be established.
            if (link is { Connection: null } && _claims.GetValueOrDefault(link.Id) == link)
                _claims.Remove(link.Id);
            if (row.State.Persistent)
                _rows.Set(row, row.State with { Paused = true, NextDial = null });
            if (dial is null && link is null && planned)
                _rows.Set(row, row.State with { State = PeerState.Closed, DisconnectReason = reason });
            // A dial to another endpoint of the peer may have come further than the one that the row knows.
            DialAttempt? other = link is { Established: 0, Attempt: { } attempt } && attempt != dial ? attempt : null;
            return dial is not null || link is not null || planned ? new PeerEnding(dial, other, link) : null;
        }
    }

    /// <summary>A connection has ended: what it carried after it began to close is counted too.</summary>
    public void End(PeerLink link)
    {
        lock (_gate)
        {
            _rows.TakeTraffic(link);
            TellFarewell(link);
        }
    }

    // The row as it is now goes into the event; what did not go out is known only when the connection has ended.
    private void Leave(PeerLink link, P2pReason reason)
    {
        PeerRow row = link.Row;
        TellFarewell(row.Leaving);
        link.Farewell = new PeerEvent(PeerEventKind.PeerDisconnected, _rows.Revision, _time.GetUtcNow(), row.ToInfo(_time), reason);
        row.Leaving = link;
    }

    private void TellFarewell(PeerLink? link)
    {
        if (link?.Farewell is not { } farewell)
            return;
        link.Farewell = null;
        link.Row.Leaving = null;
        // Revisions never go back from one event to the next, whatever other rows have told meanwhile.
        _events.Publish(farewell with { Revision = _rows.NextEvent(), UnsentMessages = link.Connection?.Unsent ?? 0 });
    }

    private PeerRowState AfterEnd(PeerRowState state, P2pReason reason, PeerLink link)
    {
        bool again = state.KeptConnected && state.Endpoint is not null;
        TimeSpan wait = TimeSpan.Zero;
        if (link.Established > 0 && _time.GetElapsedTime(state.ConnectedTimestamp) >= _options.DialPolicy.BackoffResetAfter)
        {
            foreach (PeerEndpoint endpoint in link.Row.Endpoints)
                _backoff.Forget(endpoint);
        }

        if (again)
            wait = _backoff.Fail(state.Endpoint!, persistent: true, longest: reason == P2pReason.Banned);

        return state with
        {
            State = again ? PeerState.Disconnected : PeerState.Closed,
            Connection = null,
            DisconnectReason = reason,
            NextDial = again ? At(wait) : null,
        };
    }
}
