namespace Vix.P2p.Peers;

/// <summary>
/// How long each endpoint is left alone after failures: full jitter (a wait drawn evenly from zero to an upper end that
/// doubles), so that nodes that lost the same hub do not come back together. Bounded; at the cap the endpoint that
/// failed longest ago is forgotten. Not thread-safe: its owner holds a lock.
/// </summary>
internal sealed class BackoffTable
{
    private readonly Dictionary<PeerEndpoint, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _oldestFirst = new();
    private readonly P2pDialPolicy _policy;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;

    /// <param name="random">Evenly from 0 to 1, 1 excluded.</param>
    public BackoffTable(P2pDialPolicy policy, int capacity, TimeProvider time, Func<double> random)
    {
        _policy = policy;
        _capacity = capacity;
        _time = time;
        _random = random;
    }

    public int Count => _entries.Count;

    /// <summary>Whether the cap made it forget an endpoint since the last call.</summary>
    public bool Forgot { get; set; }

    /// <summary>Counts a failure and draws the wait.</summary>
    /// <param name="longest">Whether the upper end is the longest at once, for a peer that will not change its mind soon.</param>
    public TimeSpan Fail(PeerEndpoint endpoint, bool persistent, bool longest)
    {
        TimeSpan most = persistent ? _policy.BackoffMaxPersistent : _policy.BackoffMax;
        int failures = (_entries.TryGetValue(endpoint, out LinkedListNode<Entry>? known) ? known.Value.Failures : 0) + 1;
        // The exponent is capped before the power, which would else grow past what a TimeSpan holds.
        TimeSpan upper = longest ? most : Min(most, _policy.BackoffInitial * Math.Pow(2, Math.Min(failures - 1, 30)));
        TimeSpan wait = upper * _random();
        Put(new Entry(endpoint, failures, _time.GetTimestamp(), wait, Self: false));
        return wait;
    }

    /// <summary>Remembers for a while that the endpoint is this node itself.</summary>
    public void MarkSelf(PeerEndpoint endpoint, TimeSpan duration) =>
        Put(new Entry(endpoint, 1, _time.GetTimestamp(), duration, Self: true));

    /// <summary>What is left of the endpoint's wait; zero when nothing is.</summary>
    public TimeSpan Remaining(PeerEndpoint endpoint, out bool self)
    {
        self = false;
        if (!_entries.TryGetValue(endpoint, out LinkedListNode<Entry>? node))
            return TimeSpan.Zero;
        TimeSpan left = node.Value.Wait - _time.GetElapsedTime(node.Value.At);
        if (left <= TimeSpan.Zero)
            return TimeSpan.Zero;
        self = node.Value.Self;
        return left;
    }

    public void Forget(PeerEndpoint endpoint)
    {
        if (_entries.Remove(endpoint, out LinkedListNode<Entry>? node))
            _oldestFirst.Remove(node);
    }

    public void ForgetAll()
    {
        _entries.Clear();
        _oldestFirst.Clear();
    }

    private void Put(Entry entry)
    {
        Forget(entry.Endpoint);
        if (_entries.Count >= _capacity)
        {
            Forget(_oldestFirst.First!.Value.Endpoint);
            Forgot = true;
        }

        _entries.Add(entry.Endpoint, _oldestFirst.AddLast(entry));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private sealed record Entry(PeerEndpoint Endpoint, int Failures, long At, TimeSpan Wait, bool Self);
}
