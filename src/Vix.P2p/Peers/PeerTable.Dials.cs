using System.Net;
using Vix.P2p.Diagnostics;
using Vix.P2p.Transport;

namespace Vix.P2p.Peers;

/// <content>Dials: what is asked for, what is planned, how they go.</content>
internal sealed partial class PeerTable
{
    /// <summary>Decides about a connect. When a dial is to start, its attempt is in the row and the caller runs it.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="refusal">What the caller found out already: None, or why it cannot be dialled.</param>
    public ConnectRequest Request(PeerEndpoint endpoint, ConnectOptions options, P2pReason refusal)
    {
        Log.ConnectRequested(_log, endpoint);
        ConnectRequest request = RequestLocked(endpoint, options, refusal);
        TellLimits();
        return request;
    }

    private ConnectRequest RequestLocked(PeerEndpoint endpoint, ConnectOptions options, P2pReason refusal)
    {
        lock (_gate)
        {
            if (!_open)
                refusal = P2pReason.NotRunning;
            if (refusal != P2pReason.None)
                return new ConnectRequest(new ConnectResult(false, endpoint, refusal), null, null);

            PeerRow? row = _rows.Find(endpoint);
            if ((options.ExpectedId ?? row?.State.Id) is { } who && _bans.Contains(who))
                return new ConnectRequest(new ConnectResult(false, endpoint, P2pReason.Banned) { State = row?.State.State }, null, row);
            if (row is { Link: not null, State.Id: { } actual } && options.ExpectedId is { } expected && expected != actual)
                return new ConnectRequest(new ConnectResult(false, endpoint, P2pReason.IdMismatch) { State = row.State.State }, null, row);
            if (row?.Link is null && options.ExpectedId is { } wanted && _claims.TryGetValue(wanted, out PeerLink? link))
                row = link.Row;
            // Paused ones count too: they are never forgotten, so there must not be any number of them.
            if (options.Persistent && !_wanted.Contains(endpoint) && _wanted.Count >= _options.MaxPeers)
            {
                Reject(NodeLimit.MaxPeers);
                return new ConnectRequest(new ConnectResult(false, endpoint, P2pReason.PeerLimit) { State = row?.State.State }, null, null);
            }

            if (options.Persistent || row is { State.Persistent: true })
                row = Keep(row, endpoint, options);
            ConnectRequest request = row is null ? Begin(null, endpoint, options) : Join(row, endpoint) ?? Begin(row, endpoint, options);
            // Only now: the row that was found may have been about to be forgotten, and has its dial from here on.
            TrimLocked();
            return request;
        }
    }

    /// <summary>Starts the dials whose time has come; the caller runs them.</summary>
    public IReadOnlyList<DialAttempt> TakeDue(out TimeSpan? next)
    {
        List<DialAttempt> due = [];
        next = null;
        lock (_gate)
        {
            if (!_open)
                return due;
            long now = _time.GetTimestamp();
            foreach (PeerRow row in _rows.Kept.ToArray())
            {
                if (row.State.NextDial is not { } at || row.Dial is not null || row.Link is not null)
                    continue;
                TimeSpan left = _time.GetElapsedTime(now, at);
                if (left <= TimeSpan.Zero && MayDial(kept: true, row))
                    due.Add(NewAttempt(row, NextEndpoint(row), row.State.ExpectedId));
                else
                {
                    if (left <= TimeSpan.Zero)
                    {
                        left = _options.DialPolicy.BackoffMaxPersistent;
                        _rows.Set(row, row.State with { NextDial = At(left) });
                    }

                    if (next is null || left < next)
                        next = left;
                }
            }
        }

        TellLimits();
        return due;
    }

    /// <summary>The transport has a connection; the handshake begins.</summary>
    public void MarkHandshaking(DialAttempt attempt, EndPoint? local, EndPoint? remote)
    {
        lock (_gate)
        {
            attempt.Local = EndpointText.Of(local, attempt.Endpoint.Scheme);
            attempt.Remote = EndpointText.Of(remote, attempt.Endpoint.Scheme);
            attempt.Entry.State = ConnectAttemptState.Handshaking;
            attempt.Entry.Remote = attempt.Remote;
            // The peer may have come by a connection of its own meanwhile; that one is what the row shows.
            if (attempt.Row.Link is not null)
                return;
            _rows.Set(attempt.Row, attempt.Row.State with
            {
                State = PeerState.Handshaking,
                LocalEndpoint = attempt.Local,
                RemoteEndpoint = attempt.Remote,
            });
        }
    }

    /// <summary>Decides, with the proven id and before Finish, whether to go on; claims the id when so.</summary>
    public P2pReason Prove(DialAttempt attempt, PeerId id)
    {
        lock (_gate)
        {
            if (!_open)
                return P2pReason.ShuttingDown;
            attempt.Entry.PeerId = id;
            if (attempt.ExpectedId is { } expected && expected != id)
                return P2pReason.IdMismatch;
            if (_allowed is not null && !_allowed.Contains(id))
                return P2pReason.NotAllowed;
            if (_bans.Contains(id))
                return P2pReason.Banned;
            PeerRow row = Bind(attempt, id);
            TrimLocked();
            if (_claims.TryGetValue(id, out PeerLink? holder))
                return holder.Established > 0 ? P2pReason.AlreadyConnected : P2pReason.Duplicate;
            if (!MayClaim(row.State.KeptConnected, row))
                return P2pReason.PeerLimit;
            var link = new PeerLink(this, id, PeerDirection.Outbound, row, attempt);
            _claims.Add(id, link);
            attempt.Link = link;
            row.Link = link;
            // The peer may have come and gone by a connection of its own since the dial began, and the row shows that end.
            _rows.Set(row, row.State with
            {
                State = PeerState.Handshaking,
                Direction = PeerDirection.Outbound,
                LocalEndpoint = attempt.Local,
                RemoteEndpoint = attempt.Remote,
            });
            return P2pReason.None;
        }
    }

    private PeerRow Keep(PeerRow? row, PeerEndpoint endpoint, ConnectOptions options)
    {
        if (options.Persistent)
            _wanted.Add(endpoint);
        if (row is null)
            return _rows.Add(endpoint, NewState() with { State = PeerState.Disconnected, Persistent = true, ExpectedId = options.ExpectedId });

        // A row that was found by its id may not know the endpoint it is to be kept connected at. A connect that keeps
        // nothing teaches it none: that endpoint may be another peer's, which is then never dialled again.
        bool learnt = options.Persistent && _rows.Find(endpoint) != row;
        if (learnt)
            Lead(endpoint, row);
        PeerRowState state = row.State;
        if (learnt)
            state = state with { Endpoint = endpoint, EndpointText = endpoint.ToString() };

        _rows.Set(row, state with
        {
            Persistent = true,
            Paused = false,
            // A connect that keeps nothing says whom it wants this once, not whom others want to keep.
            ExpectedId = (options.Persistent ? options.ExpectedId : null) ?? state.ExpectedId,
            State = state.State == PeerState.Closed ? PeerState.Disconnected : state.State,
        });
        return row;
    }

    private ConnectRequest? Join(PeerRow row, PeerEndpoint endpoint)
    {
        P2pReason reason = row switch
        {
            { Link.Established: > 0 } => P2pReason.AlreadyConnected,
            { Dial: not null } or { Link: not null } => P2pReason.InProgress,
            _ => P2pReason.None,
        };
        if (reason == P2pReason.None)
            return null;
        Interlocked.Increment(ref _counters.ConnectDeduped);
        return new ConnectRequest(new ConnectResult(false, endpoint, reason) { AttemptId = row.Dial?.Id, State = row.State.State }, row.Dial, row);
    }

    private ConnectRequest Begin(PeerRow? row, PeerEndpoint endpoint, ConnectOptions options)
    {
        TimeSpan left = _backoff.Remaining(endpoint, out bool self);
        // What it failed with while nobody kept it connected may have made it wait longer than one that is kept may.
        if (!self && row is { State.KeptConnected: true } && left > _options.DialPolicy.BackoffMaxPersistent)
            left = _options.DialPolicy.BackoffMaxPersistent;
        if (left > TimeSpan.Zero && (self || !options.Force))
        {
            if (!self)
                Interlocked.Increment(ref _counters.BackoffSkips);
            Plan(row, left);
            P2pReason reason = self ? P2pReason.Self : P2pReason.Backoff;
            return new ConnectRequest(new ConnectResult(false, endpoint, reason) { State = row?.State.State, RetryAfter = self ? null : left }, null, row);
        }

        if (!MayDial(row is { State.KeptConnected: true }, row))
        {
            Plan(row, _options.DialPolicy.BackoffMaxPersistent);
            return new ConnectRequest(new ConnectResult(false, endpoint, P2pReason.PeerLimit) { State = row?.State.State }, null, row);
        }

        row ??= _rows.Add(endpoint, NewState());
        DialAttempt attempt = NewAttempt(row, endpoint, options.ExpectedId ?? row.State.ExpectedId);
        return new ConnectRequest(new ConnectResult(true, endpoint, P2pReason.None) { AttemptId = attempt.Id, State = row.State.State }, attempt, row);
    }

    private void Plan(PeerRow? row, TimeSpan wait)
    {
        if (row is { State.KeptConnected: true, State.NextDial: null })
            _rows.Set(row, row.State with { NextDial = At(wait) });
    }

    private DialAttempt NewAttempt(PeerRow row, PeerEndpoint endpoint, PeerId? expectedId)
    {
        string id = $"a{++_attempts}";
        var attempt = new DialAttempt(_history.Add(id, endpoint, expectedId, row.Key), row);
        Interlocked.Increment(ref _counters.ConnectAttempts);
        row.Dial = attempt;
        _dials.Add(attempt);
        _rows.Set(row, row.State with
        {
            State = PeerState.Connecting,
            Direction = PeerDirection.Outbound,
            Endpoint = endpoint,
            EndpointText = endpoint.ToString(),
            Attempts = row.State.Attempts + 1,
            NextDial = null,
            LocalEndpoint = null,
            RemoteEndpoint = null,
        });
        Publish(PeerEventKind.PeerConnecting, row, P2pReason.None);
        return attempt;
    }
}
