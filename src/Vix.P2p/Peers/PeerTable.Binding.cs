namespace Vix.P2p.Peers;

/// <content>Which row a dial belongs to, once it is known who answers.</content>
internal sealed partial class PeerTable
{
    // A peer that several endpoints lead to is tried at each in turn.
    private static PeerEndpoint NextEndpoint(PeerRow row)
    {
        List<PeerEndpoint> known = row.Endpoints;
        // Another row may have taken over the endpoint that this one shows.
        if (known.Count == 0)
            return row.State.Endpoint!;
        int last = row.State.Endpoint is { } endpoint ? known.IndexOf(endpoint) : -1;
        bool failed = row.State.LastError is not null;
        return known[(last + (failed ? 1 : 0) + known.Count) % known.Count];
    }

    // The id is proven: the dial goes on in the row of that id.
    private PeerRow Bind(DialAttempt attempt, PeerId id)
    {
        PeerRow row = attempt.Row;
        PeerRow? known = _rows.Find(id);
        if (known == row)
            return row;
        if (row.State.Id is not null)
            Part(attempt, row, known ?? _rows.Add(NewState() with { Id = id, IdText = id.ToString() }));
        else if (known is not null)
            Absorb(attempt, row, known);
        else
            _rows.Set(row, row.State with { Id = id, IdText = id.ToString() });
        return attempt.Row;
    }

    // The row of an endpoint that leads to a peer which has a row: it was only there until that was known.
    private void Absorb(DialAttempt attempt, PeerRow row, PeerRow known)
    {
        PeerRowState old = row.State;
        foreach (PeerEndpoint endpoint in row.Endpoints.ToArray())
            _rows.Point(endpoint, known);
        row.Dial = null;
        _rows.Remove(row);
        Move(attempt, old, known);
    }

    // Another peer than last time answers at this endpoint: the endpoint, and the wish to keep it, go to that peer's
    // row. The old one may have come by a connection of its own meanwhile, which stays what it is.
    private void Part(DialAttempt attempt, PeerRow row, PeerRow other)
    {
        PeerRowState old = row.State;
        if (row.Dial == attempt)
            row.Dial = null;
        if (row.Link is null)
            _rows.Set(row, old with { State = PeerState.Closed, NextDial = null });
        Lead(attempt.Endpoint, other);
        // It may be wanted at another endpoint still.
        if (row is { Link: null, State.KeptConnected: true })
            _rows.Set(row, row.State with { State = PeerState.Disconnected, NextDial = _time.GetTimestamp() });
        Move(attempt, old with { Attempts = 1 }, other);
    }

    private void Move(DialAttempt attempt, PeerRowState old, PeerRow row)
    {
        attempt.Row = row;
        attempt.Entry.Key = row.Key;
        PeerRowState state = row.State with
        {
            Persistent = row.Endpoints.Exists(_wanted.Contains),
            Paused = old.Persistent ? old.Paused : row.State.Paused,
            ExpectedId = old.ExpectedId ?? row.State.ExpectedId,
            Attempts = row.State.Attempts + old.Attempts,
            Endpoint = attempt.Endpoint,
            EndpointText = attempt.Endpoint.ToString(),
        };
        if (row.Link is null && row.Dial is null)
        {
            row.Dial = attempt;
            state = state with
            {
                State = PeerState.Handshaking,
                Direction = PeerDirection.Outbound,
                LocalEndpoint = attempt.Local,
                RemoteEndpoint = attempt.Remote,
                NextDial = null,
            };
        }

        _rows.Set(row, state);
    }

    private static PeerRowState NewState() => new()
    {
        State = PeerState.Connecting,
        Direction = PeerDirection.Outbound,
        EndpointText = "",
    };
}
