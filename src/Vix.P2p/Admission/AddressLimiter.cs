using System.Net;
using System.Net.Sockets;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Admission;

/// <summary>
/// How many connections one address may have and how fast it may open them (docs/security.md, row 5). Asked at accept,
/// before anything is allocated for a newcomer. Buckets are bounded: at the cap one that is full of tokens goes, and
/// where there is none the newcomer is refused.
/// </summary>
internal sealed class AddressLimiter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressPrefix, int> _connections = [];
    private readonly Dictionary<AddressPrefix, Bucket> _buckets = [];
    private readonly Queue<AddressPrefix> _oldest = new();
    private readonly P2pLimits _options;
    private readonly LimitBoard _limits;
    private readonly TimeProvider _time;

    public AddressLimiter(P2pLimits options, LimitBoard limits, TimeProvider time)
    {
        _options = options;
        _limits = limits;
        _time = time;
    }

    /// <summary>Addresses whose rate is remembered.</summary>
    public int BucketCount
    {
        get
        {
            lock (_gate)
                return _buckets.Count;
        }
    }

    /// <summary>Addresses and prefixes that have a connection.</summary>
    public int ConnectedCount
    {
        get
        {
            lock (_gate)
                return _connections.Count;
        }
    }

    /// <summary>Whether a newcomer from there may come in; takes one of its tokens when it may.</summary>
    public bool TryAdmit(IPAddress? address)
    {
        if (IsExempt(address))
            return true;
        IPAddress plain = AddressPrefix.Plain(address!);
        NodeLimit? refusedBy;
        lock (_gate)
            refusedBy = Refusal(plain);
        if (refusedBy is { } limit)
            _limits.Reject(limit);
        return refusedBy is null;
    }

    /// <summary>
    /// Counts a connection of that address until the lease is disposed; null when it has too many. Asked once more here
    /// because several may be let in before the first of them is counted.
    /// </summary>
    public IDisposable? TryEnter(IPAddress? address)
    {
        if (IsExempt(address))
            return Lease.None;
        IPAddress plain = AddressPrefix.Plain(address!);
        AddressPrefix[] prefixes = PrefixesOf(plain);
        NodeLimit? refusedBy;
        lock (_gate)
        {
            refusedBy = Full(plain);
            foreach (AddressPrefix prefix in refusedBy is null ? prefixes : [])
                _connections[prefix] = _connections.GetValueOrDefault(prefix) + 1;
        }

        if (refusedBy is not { } limit)
            return new Lease(this, prefixes);
        _limits.Reject(limit);
        return null;
    }

    /// <summary>Whether the limits an address do not apply to it.</summary>
    public bool IsExempt(IPAddress? address) =>
        address is null || (_options.ExemptLoopback && IPAddress.IsLoopback(AddressPrefix.Plain(address)));

    private NodeLimit? Refusal(IPAddress address) => Full(address) ?? TakeToken(AddressPrefix.Of(address));

    private NodeLimit? Full(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            if (_connections.GetValueOrDefault(AddressPrefix.V4(address)) >= _options.ConnectionsPerAddress)
                return NodeLimit.ConnectionsPerAddress;
        }
        else if (_connections.GetValueOrDefault(AddressPrefix.V6(address, 56)) >= _options.ConnectionsPerPrefix56)
            return NodeLimit.ConnectionsPerPrefix56;
        else if (_connections.GetValueOrDefault(AddressPrefix.V6(address, 48)) >= _options.ConnectionsPerPrefix48)
            return NodeLimit.ConnectionsPerPrefix48;
        return null;
    }

    private NodeLimit? TakeToken(AddressPrefix prefix)
    {
        long now = _time.GetTimestamp();
        if (!_buckets.TryGetValue(prefix, out Bucket bucket))
        {
            if (_buckets.Count >= _options.AddressBuckets && !TryForgetOne(now))
                return NodeLimit.AddressBuckets;
            bucket = new Bucket(_options.NewConnectionsBurst, now);
            _oldest.Enqueue(prefix);
        }

        double tokens = TokensAt(bucket, now);
        bool allowed = tokens >= 1;
        _buckets[prefix] = new Bucket(allowed ? tokens - 1 : tokens, now);
        return allowed ? null : NodeLimit.NewConnectionsPerSecond;
    }

    // Looks at a few of the oldest only: an accept must not cost more because many addresses are remembered. One that
    // is not full again is still being slowed down and goes to the end.
    private bool TryForgetOne(long now)
    {
        for (int looked = 0; looked < 8 && _oldest.TryDequeue(out AddressPrefix prefix); looked++)
        {
            if (TokensAt(_buckets[prefix], now) >= _options.NewConnectionsBurst)
            {
                _buckets.Remove(prefix);
                return true;
            }

            _oldest.Enqueue(prefix);
        }

        return false;
    }

    private double TokensAt(Bucket bucket, long now) =>
        Math.Min(_options.NewConnectionsBurst, bucket.Tokens + _time.GetElapsedTime(bucket.At, now).TotalSeconds * _options.NewConnectionsPerSecond);

    private static AddressPrefix[] PrefixesOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? [AddressPrefix.V4(address)]
        : [AddressPrefix.V6(address, 56), AddressPrefix.V6(address, 48)];

    private void Leave(AddressPrefix[] prefixes)
    {
        lock (_gate)
        {
            foreach (AddressPrefix prefix in prefixes)
            {
                if (--_connections[prefix] == 0)
                    _connections.Remove(prefix);
            }
        }
    }

    private readonly record struct Bucket(double Tokens, long At);

    private sealed class Lease(AddressLimiter? limiter, AddressPrefix[] prefixes) : IDisposable
    {
        public static readonly Lease None = new(null, []);

        private AddressLimiter? _limiter = limiter;

        public void Dispose() => Interlocked.Exchange(ref _limiter, null)?.Leave(prefixes);
    }
}
