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
        if (known is not null && known != row)
            Absorb(attempt, row, known);
        else if (row.State.Id is { } other && other != id)
            Part(attempt, row, id);
        else if (row.State.Id is null)
            _rows.Set(row, row.State with { Id = id, IdText = id.ToString() });
        return attempt.Row;
    }

    private void Absorb(DialAttempt attempt, PeerRow row, PeerRow known)
    {
        PeerRowState old = row.State;
        PeerRowState state = known.State;
        bool live = known.Link is not null;
        attempt.Row = known;
        foreach (PeerEndpoint endpoint in row.Endpoints.ToArray())
            _rows.Point(endpoint, known);
        row.Dial = null;
        _rows.Remove(row);
        state = state with
        {
            Persistent = state.Persistent || old.Persistent,
            Paused = old.Persistent ? old.Paused : state.Paused,
            ExpectedId = old.ExpectedId ?? state.ExpectedId,
            Attempts = state.Attempts + old.Attempts,
            Endpoint = attempt.Endpoint,
            EndpointText = attempt.Endpoint.ToString(),
        };
        if (!live)
        {
            known.Dial = attempt;
            state = state with
            {
                State = old.State,
                Direction = PeerDirection.Outbound,
                LocalEndpoint = old.LocalEndpoint,
                RemoteEndpoint = old.RemoteEndpoint,
                NextDial = null,
            };
        }

        _rows.Set(known, state);
    }

    // Another peer than last time answers at this endpoint: the endpoint, and the wish to keep it, go to a new row.
    private void Part(DialAttempt attempt, PeerRow row, PeerId id)
    {
        PeerRowState old = row.State;
        row.Dial = null;
        _rows.Set(row, old with { State = PeerState.Closed, Persistent = false, Paused = false, NextDial = null, Connection = null });
        PeerRow fresh = _rows.Add(NewState(attempt.Endpoint) with
        {
            State = old.State,
            Id = id,
            IdText = id.ToString(),
            Persistent = old.Persistent,
            Paused = old.Paused,
            ExpectedId = old.ExpectedId,
            Attempts = 1,
            LocalEndpoint = old.LocalEndpoint,
            RemoteEndpoint = old.RemoteEndpoint,
        });
        _rows.Point(attempt.Endpoint, fresh);
        fresh.Dial = attempt;
        attempt.Row = fresh;
    }

    private static PeerRowState NewState(PeerEndpoint endpoint) => new()
    {
        State = PeerState.Connecting,
        Direction = PeerDirection.Outbound,
        Endpoint = endpoint,
        EndpointText = endpoint.ToString(),
    };
}
