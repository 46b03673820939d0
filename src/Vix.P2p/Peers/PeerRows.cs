using Vix.P2p.Diagnostics;

namespace Vix.P2p.Peers;

/// <summary>
/// The rows of the peer table, their indices and their revision. Every member but <see cref="Collected"/> and
/// <see cref="Revision"/> is called under the table's lock.
/// </summary>
internal sealed class PeerRows(int closedCapacity, TimeProvider time)
{
    private readonly SortedDictionary<long, PeerRow> _all = [];
    private readonly Dictionary<string, PeerRow> _byKey = [];
    private readonly Dictionary<PeerId, PeerRow> _byId = [];
    private readonly Dictionary<PeerEndpoint, PeerRow> _byEndpoint = [];
    private readonly HashSet<PeerRow> _kept = [];
    private readonly LinkedList<PeerRow> _closed = new();
    private volatile PeerRow[]? _snapshot = [];
    private long _sequence;
    private long _revision;
    private long _told;

    /// <summary>Rises when a row comes, goes or changes state. Read from anywhere.</summary>
    public long Revision => Volatile.Read(ref _revision);

    /// <summary>Beats when the revision rises. Awaited from anywhere.</summary>
    public Pulse Changed { get; } = new();

    /// <summary>Rows that are kept connected.</summary>
    public IReadOnlyCollection<PeerRow> Kept => _kept;

    /// <summary>What the connections of rows that are no longer listed have carried.</summary>
    public TrafficCount Gone { get; private set; }

    /// <summary>The rows, oldest first, when they were last collected; null when that must be done again.</summary>
    public PeerRow[]? Collected => _snapshot;

    public PeerRow[] Collect() => _snapshot ??= [.. _all.Values];

    public PeerRow? Find(string key) => _byKey.GetValueOrDefault(key);

    public PeerRow? Find(PeerId id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// The row that was dialled at that endpoint. What a peer says of itself leads to no row: else one peer could pass
    /// for another that listens at the same address.
    /// </summary>
    public PeerRow? Find(PeerEndpoint endpoint) => _byEndpoint.GetValueOrDefault(endpoint);

    /// <summary>The row that shows that endpoint, dialled or announced.</summary>
    public PeerRow? FindShown(PeerEndpoint endpoint) =>
        Find(endpoint) ?? Collect().LastOrDefault(row => row.State.Endpoint == endpoint);

    /// <summary>Adds a row for what is dialled.</summary>
    public PeerRow Add(PeerEndpoint endpoint, PeerRowState state)
    {
        PeerRow row = Add(state with { Endpoint = endpoint, EndpointText = endpoint.ToString() });
        Point(endpoint, row);
        return row;
    }

    public PeerRow Add(PeerRowState state)
    {
        var row = new PeerRow(++_sequence, state);
        _all.Add(row.Sequence, row);
        _byKey.Add(row.Key, row);
        _snapshot = null;
        Revise();
        Index(row);
        return row;
    }

    /// <summary>
    /// The revision of an event: the present one, or the next where an event has that already, so that whoever has seen
    /// one event can say which ones it has not.
    /// </summary>
    public long NextEvent()
    {
        if (_told == _revision)
            Revise();
        return _told = _revision;
    }

    /// <summary>Replaces what a row says.</summary>
    public void Set(PeerRow row, PeerRowState state)
    {
        bool changed = row.State.State != state.State;
        row.State = state;
        if (changed)
            Revise();
        Index(row);
    }

    /// <summary>Counts what a closing connection has carried since the last time, and no longer shows it.</summary>
    public void TakeTraffic(PeerLink link)
    {
        if (link.Connection is not { } connection)
            return;
        TrafficCount more = TrafficCount.Of(connection) - link.Counted;
        link.Counted += more;
        PeerRow row = link.Row;
        PeerRowState state = row.State;
        if (_all.ContainsKey(row.Sequence))
        {
            row.State = state with
            {
                Connection = state.Connection == connection ? null : state.Connection,
                LastFrame = Math.Max(state.LastFrame, connection.Pulse.LastFrame),
                Earlier = state.Earlier + more,
            };
            return;
        }

        Gone += more;
    }

    /// <summary>Lets an endpoint lead to a row, and to no other.</summary>
    public void Point(PeerEndpoint endpoint, PeerRow row)
    {
        if (_byEndpoint.TryGetValue(endpoint, out PeerRow? other) && other != row)
            other.Endpoints.Remove(endpoint);
        _byEndpoint[endpoint] = row;
        if (!row.Endpoints.Contains(endpoint))
            row.Endpoints.Add(endpoint);
    }

    /// <summary>Lets an endpoint lead nowhere.</summary>
    public void Unpoint(PeerEndpoint endpoint)
    {
        if (_byEndpoint.Remove(endpoint, out PeerRow? row))
            row.Endpoints.Remove(endpoint);
    }

    public void Remove(PeerRow row)
    {
        _all.Remove(row.Sequence);
        _byKey.Remove(row.Key);
        if (row.State.Id is { } id && _byId.GetValueOrDefault(id) == row)
            _byId.Remove(id);
        foreach (PeerEndpoint endpoint in row.Endpoints)
        {
            if (_byEndpoint.GetValueOrDefault(endpoint) == row)
                _byEndpoint.Remove(endpoint);
        }

        _kept.Remove(row);
        LeaveClosed(row);
        Gone += row.State.Earlier;
        _snapshot = null;
        Revise();
    }

    /// <summary>Forgets closed rows that are too many or too old; says whether there were too many.</summary>
    /// <param name="retention">How long they are kept.</param>
    /// <param name="forgotten">Called with each of them.</param>
    public bool Trim(TimeSpan retention, Action<PeerRow> forgotten)
    {
        bool tooMany = false;
        while (_closed.First is { Value: var oldest })
        {
            bool full = _closed.Count > closedCapacity;
            if (!full && time.GetElapsedTime(oldest.State.ClosedTimestamp) < retention)
                break;
            tooMany |= full;
            forgotten(oldest);
            Remove(oldest);
        }

        return tooMany;
    }

    private void Revise()
    {
        Volatile.Write(ref _revision, _revision + 1);
        Changed.Beat();
    }

    private void Index(PeerRow row)
    {
        // One that is no longer listed, which a late dial still had to do with, must not stand for the peer's present row.
        if (!_all.ContainsKey(row.Sequence))
            return;
        PeerRowState state = row.State;
        if (state.Id is { } id)
            _byId[id] = row;
        if (state.KeptConnected)
            _kept.Add(row);
        else
            _kept.Remove(row);

        // A paused persistent row stays: somebody put it there and may connect it again. So does one that a dial still
        // belongs to, which may end in a connection.
        if (state is { State: PeerState.Closed, Persistent: false } && row.Dial is null && row.Link is null)
        {
            if (row.ClosedPlace is null)
            {
                row.State = state with { ClosedTimestamp = time.GetTimestamp() };
                row.ClosedPlace = _closed.AddLast(row);
            }
        }
        else
            LeaveClosed(row);
    }

    private void LeaveClosed(PeerRow row)
    {
        if (row.ClosedPlace is null)
            return;
        _closed.Remove(row.ClosedPlace);
        row.ClosedPlace = null;
    }
}
