using Vix.P2p.Diagnostics;

namespace Vix.P2p.Peers;

/// <content>What an operator sees and steers: dials that were, bans, what is kept connected.</content>
internal sealed partial class PeerTable
{
    private volatile bool _completed;

    /// <summary>Nothing changes any more: those who watch or wait come to their end.</summary>
    public void Complete()
    {
        _completed = true;
        _events.Complete();
        _rows.Changed.Beat();
    }

    /// <summary>Completes when the revision is another than the known one, or nothing changes any more.</summary>
    public async Task<long> WaitForChangeAsync(long known, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task next = _rows.Changed.Next;
            long revision = _rows.Revision;
            if (revision != known || _completed)
                return revision;
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public IReadOnlyList<ConnectAttempt> Attempts()
    {
        lock (_gate)
            return _history.Snapshot();
    }

    public ConnectAttempt? FindAttempt(string id)
    {
        lock (_gate)
            return _history.Find(id);
    }

    /// <summary>Refuses a peer from now on.</summary>
    /// <param name="id">The peer.</param>
    /// <param name="duration">How long.</param>
    /// <param name="rows">What still is to be ended: the peer's row, and those that are kept connected to it alone.</param>
    public PeerBan Ban(PeerId id, TimeSpan duration, out IReadOnlyList<PeerRow> rows)
    {
        PeerBan ban;
        lock (_gate)
        {
            if (!_bans.Add(id, duration, out ban))
                Reject(NodeLimit.Bans);
            IEnumerable<PeerRow> expecting = _rows.Kept.Where(row => row.State.Id is null && row.State.ExpectedId == id);
            rows = [.. _rows.Find(id) is { } own ? expecting.Prepend(own) : expecting];
        }

        Log.PeerBanned(_log, id, duration);
        TellLimits();
        return ban;
    }

    public bool Unban(PeerId id)
    {
        lock (_gate)
        {
            if (!_bans.Remove(id))
                return false;
        }

        Log.PeerUnbanned(_log, id);
        return true;
    }

    public IReadOnlyList<PeerBan> Bans()
    {
        lock (_gate)
            return _bans.Snapshot();
    }

    public IReadOnlyList<PersistentPeer> PersistentPeers()
    {
        lock (_gate)
        {
            return [.. from row in _rows.Collect()
                       where row.State.Persistent
                       from endpoint in row.Endpoints
                       where _wanted.Contains(endpoint)
                       select ToPersistent(row, endpoint)];
        }
    }

    /// <summary>Keeps an endpoint connected no longer; false when it was not.</summary>
    public bool RemovePersistent(PeerEndpoint endpoint)
    {
        lock (_gate)
        {
            if (!_wanted.Remove(endpoint))
                return false;
            if (_rows.Find(endpoint) is { } row)
            {
                SettleWish(row);
                // One that is still kept connected at another endpoint is not dialled at this one any more.
                if (row.State.Persistent)
                    _rows.Unpoint(endpoint);
                TrimLocked();
            }
        }

        TellLimits();
        Log.PersistentRemoved(_log, endpoint);
        PlanChanged();
        return true;
    }

    /// <summary>Lets an endpoint lead to a row, and with it the wish to keep it connected.</summary>
    private void Lead(PeerEndpoint endpoint, PeerRow row)
    {
        PeerRow? before = _rows.Find(endpoint);
        if (before == row)
            return;
        _rows.Point(endpoint, row);
        if (before is not null)
            SettleWish(before);
        SettleWish(row);
    }

    /// <summary>A row is kept connected as long as one of its endpoints is to be.</summary>
    private void SettleWish(PeerRow row)
    {
        bool wanted = row.Endpoints.Exists(_wanted.Contains);
        if (wanted == row.State.Persistent)
            return;
        if (wanted)
        {
            _rows.Set(row, row.State with { Persistent = true });
            return;
        }

        PeerRowState state = row.State with { Persistent = false, Paused = false, ExpectedId = null, NextDial = null };
        bool ended = row.Link is null && row.Dial is null && state.State != PeerState.Closed;
        _rows.Set(row, ended ? state with { State = PeerState.Closed, DisconnectReason = P2pReason.Cancelled } : state);
    }

    private PersistentPeer ToPersistent(PeerRow row, PeerEndpoint endpoint)
    {
        PeerInfo info = row.ToInfo(_time);
        return new PersistentPeer
        {
            Endpoint = endpoint,
            Key = info.Key,
            State = info.State,
            Paused = row.State.Paused,
            Id = info.Id,
            ExpectedId = row.State.ExpectedId,
            Attempts = info.Attempts,
            NextAttemptIn = info.NextAttemptIn,
            LastError = info.LastError,
        };
    }
}
