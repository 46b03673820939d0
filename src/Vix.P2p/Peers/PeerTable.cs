using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vix.P2p.Admission;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Peers;

/// <summary>
/// Who is connected, who is being dialled, who was: the one place that decides and the one lock it needs. Nothing
/// here waits, resolves, reads or writes; the data path never comes here. Dials are in PeerTable.Dials.cs, inbound
/// peers in PeerTable.Inbound.cs, the life of a link in PeerTable.Links.cs, what an
/// operator steers in PeerTable.Control.cs.
/// </summary>
internal sealed partial class PeerTable
{
    /// <summary>All states, each at the place of its value.</summary>
    public static readonly PeerState[] States = Enum.GetValues<PeerState>();

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, PeerLink> _claims = [];
    private readonly HashSet<DialAttempt> _dials = [];
    private readonly List<Arrival> _arrivals = [];
    // What is kept connected. The wish is one for an endpoint: it goes where the endpoint leads.
    private readonly HashSet<PeerEndpoint> _wanted = [];
    private readonly ConcurrentDictionary<PeerId, PeerConnection> _connected = new();
    private readonly PeerRows _rows;
    private readonly BackoffTable _backoff;
    private readonly BanTable _bans;
    private readonly AttemptHistory _history;
    private readonly PeerEvents _events;
    // The end of a peer that comes back in a row of its own must not be told after that.
    private readonly Action<PeerRow> _forgotten;
    private readonly P2pNodeOptions _options;
    private readonly HashSet<PeerId>? _allowed;
    private readonly LimitBoard _limits;
    private readonly ConcurrentQueue<NodeLimit> _untold = new();
    private readonly NodeCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private PeerId _own;
    private bool _open;
    private long _attempts;
    private long _moment;
    private volatile PeerError? _lastError;

    public PeerTable(P2pNodeOptions options, NodeCounters counters, LimitBoard limits, TimeProvider time, ILogger log, Func<double> random)
    {
        _options = options;
        _counters = counters;
        _limits = limits;
        _time = time;
        _log = log;
        _allowed = options.AllowedPeers is { } allowed ? [.. allowed.Select(PeerId.Parse)] : null;
        _rows = new PeerRows(options.Limits.ClosedPeers, time);
        _backoff = new BackoffTable(options.DialPolicy, options.Limits.BackoffEntries, time, random);
        _bans = new BanTable(options.Limits.Bans, time);
        _history = new AttemptHistory(time);
        _events = new PeerEvents(time);
        _forgotten = row => TellFarewell(row.Leaving);
    }

    /// <summary>Called, outside the lock, when the time of the next planned dial may have changed.</summary>
    public Action PlanChanged { get; set; } = static () => { };

    public PeerEvents Events => _events;

    public long Revision => _rows.Revision;

    public PeerError? LastError => _lastError;

    public int TrackedEndpoints
    {
        get
        {
            lock (_gate)
                return _backoff.Count;
        }
    }

    /// <summary>Places taken by peers, and dials that have not ended.</summary>
    public (int Claims, int Dials) UnderWay
    {
        get
        {
            lock (_gate)
                return (_claims.Count, _dials.Count);
        }
    }

    /// <summary>Whether connects and peers are taken.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return _open;
        }
    }

    /// <summary>Takes connects and peers from now on.</summary>
    public void Open(PeerId own)
    {
        lock (_gate)
        {
            _own = own;
            _open = true;
        }
    }

    /// <summary>Takes no more; returns the dials to cancel.</summary>
    public IReadOnlyList<DialAttempt> Shut()
    {
        lock (_gate)
        {
            _open = false;
            foreach (Arrival arrival in _arrivals)
                arrival.Came.TrySetCanceled();
            // A dial that is Ready has not always heard of it itself yet: cancelled now it would cut its connection off
            // instead of letting the stop close it in good order.
            return [.. _dials.Where(dial => dial.Link is not { Established: > 0 })];
        }
    }

    /// <summary>The rows at this moment, oldest first. Takes the lock only when rows came or went since the last call.</summary>
    public PeerRow[] Rows()
    {
        if (_rows.Collected is { } rows)
            return rows;
        lock (_gate)
            return _rows.Collect();
    }

    public PeerRow? Find(PeerId id)
    {
        lock (_gate)
            return _rows.Find(id);
    }

    public PeerRow? Find(string key)
    {
        lock (_gate)
            return PeerId.TryParse(key, out PeerId id) ? _rows.Find(id) : _rows.Find(key);
    }

    public PeerRow? Find(PeerEndpoint endpoint)
    {
        lock (_gate)
            return _rows.FindShown(endpoint);
    }

    /// <summary>The established connection to a peer; null when there is none. Takes no lock: the data path asks it.</summary>
    public PeerConnection? FindConnection(PeerId id) => _connected.TryGetValue(id, out PeerConnection? connection) ? connection : null;

    /// <summary>The established connections at this moment.</summary>
    public IEnumerable<PeerConnection> Connections() => _connected.Select(static entry => entry.Value);

    /// <summary>What all connections there ever were have carried.</summary>
    public TrafficCount Traffic() => Traffic(stackalloc int[States.Length]);

    /// <summary>What all connections there ever were have carried, and how many rows there are in each state.</summary>
    /// <param name="byState">Takes the number of rows, added to what is there, at the place of their state.</param>
    public TrafficCount Traffic(Span<int> byState)
    {
        TrafficCount sum;
        PeerRow[] rows;
        // Together, so that what a row takes along when it goes is neither missed nor counted twice.
        lock (_gate)
        {
            sum = _rows.Gone;
            rows = _rows.Collect();
        }

        foreach (PeerRow row in rows)
        {
            PeerRowState state = row.State;
            sum += state.Traffic;
            byState[(int)state.State]++;
        }

        return sum;
    }

    /// <summary>A moment in the count that tie-break compares: Acks sent and connections established.</summary>
    public long NextMoment()
    {
        lock (_gate)
            return ++_moment;
    }

    /// <summary>Forgets what has been closed for long enough.</summary>
    public void Trim()
    {
        lock (_gate)
            TrimLocked();
        TellLimits();
    }

    /// <summary>The network has changed, and with it the reason why dials failed: all waits end.</summary>
    public void ForgetBackoff()
    {
        lock (_gate)
        {
            _backoff.ForgetAll();
            foreach (PeerRow row in _rows.Kept)
            {
                if (row.State.NextDial is not null)
                    _rows.Set(row, row.State with { NextDial = _time.GetTimestamp() });
            }
        }

        PlanChanged();
    }

    // What a limit says is the program's to read (OnLog), which may wait for a thread that waits for this lock.
    private void Reject(NodeLimit limit)
    {
        if (_limits.Count(limit))
            _untold.Enqueue(limit);
    }

    private void TellLimits()
    {
        while (_untold.TryDequeue(out NodeLimit limit))
            _limits.Tell(limit);
    }

    private void TrimLocked()
    {
        _bans.Trim();
        if (_rows.Trim(_options.ClosedPeerRetention, _forgotten))
            Reject(NodeLimit.ClosedPeers);
        if (_backoff.Forgot)
        {
            _backoff.Forgot = false;
            Reject(NodeLimit.BackoffEntries);
        }
    }

    // A peer that is kept connected has a place of its own; others leave those places free.
    private bool MayDial(bool kept, PeerRow? row)
    {
        int used = _claims.Count + _dials.Count(dial => dial.Link is null && dial.Row.Link is null && dial.Row != row);
        int reserved = kept ? 0 : _rows.Kept.Count(other => other.Link is null && other.Dial is null && other != row);
        return HasPlace(used + reserved);
    }

    // A dial that has not shown yet where it leads takes no place from a peer that has: it may lead to that very peer,
    // and two nodes with one place left that dial each other would both refuse. It asks again before its Finish.
    private bool MayClaim(bool kept, PeerRow? row) =>
        HasPlace(_claims.Count + (kept ? 0 : _rows.Kept.Count(other => other.Link is null && other != row)));

    private bool HasPlace(int used)
    {
        if (used < _options.MaxPeers)
            return true;
        Reject(NodeLimit.MaxPeers);
        return false;
    }

    private void Publish(PeerEventKind kind, PeerRow row, P2pReason reason)
    {
        // What a row tells comes in its order, so an end that still waits for its last messages waits no longer.
        TellFarewell(row.Leaving);
        _events.Publish(new PeerEvent(kind, _rows.NextEvent(), _time.GetUtcNow(), row.ToInfo(_time), reason));
    }

    private sealed record Arrival(PeerId Id, TaskCompletionSource<PeerInfo> Came);
}
