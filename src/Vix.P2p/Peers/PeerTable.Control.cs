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

    /// <summary>Refuses a peer from now on; its row, where it has one, still has its connection.</summary>
    public PeerBan Ban(PeerId id, TimeSpan duration, out PeerRow? row)
    {
        PeerBan ban;
        lock (_gate)
        {
            if (!_bans.Add(id, duration, out ban))
                Reject(NodeLimit.Bans);
            row = _rows.Find(id);
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
                       select ToPersistent(row, endpoint)];
        }
    }

    /// <summary>Keeps an endpoint connected no longer; false when it was not.</summary>
    public bool RemovePersistent(PeerEndpoint endpoint)
    {
        lock (_gate)
        {
            if (_rows.Find(endpoint) is not { State.Persistent: true } row)
                return false;
            if (row.Endpoints.Count > 1)
                _rows.Unpoint(endpoint);
            else
            {
                PeerRowState state = row.State with { Persistent = false, Paused = false, ExpectedId = null, NextDial = null };
                bool idle = row.Link is null && row.Dial is null;
                _rows.Set(row, idle ? state with { State = PeerState.Closed, DisconnectReason = P2pReason.Cancelled } : state);
            }
        }

        Log.PersistentRemoved(_log, endpoint);
        PlanChanged();
        return true;
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
