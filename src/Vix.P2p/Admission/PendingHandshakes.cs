using System.Net;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Admission;

/// <summary>
/// The inbound handshakes under way (docs/security.md, rows 6 and 7): a bounded number in all and an address. At the
/// limit the oldest that has sent no valid Finish gives way, so that silent strangers cannot keep honest ones out.
/// </summary>
internal sealed class PendingHandshakes
{
    private readonly Lock _gate = new();
    private readonly LinkedList<PendingHandshake> _entries = new();
    private readonly Dictionary<AddressPrefix, int> _perAddress = [];
    private readonly P2pLimits _options;
    private readonly AddressLimiter _addresses;
    private readonly LimitBoard _limits;

    public PendingHandshakes(P2pLimits options, AddressLimiter addresses, LimitBoard limits)
    {
        _options = options;
        _addresses = addresses;
        _limits = limits;
    }

    /// <summary>Addresses and prefixes that a handshake is counted for.</summary>
    public int AddressCount
    {
        get
        {
            lock (_gate)
                return _perAddress.Count;
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Takes a place; null when the newcomer must go.</summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="evict">Ends it when a later one needs its place; called outside the lock, at most once.</param>
    public PendingHandshake? TryEnter(IPAddress? address, Action evict)
    {
        AddressPrefix? prefix = _addresses.IsExempt(address) ? null : AddressPrefix.Of(address!);
        PendingHandshake? victim = null;
        PendingHandshake entry;
        NodeLimit? limit = null;
        lock (_gate)
        {
            if (prefix is { } mine && _perAddress.GetValueOrDefault(mine) >= _options.PendingHandshakesPerAddress)
                limit = NodeLimit.PendingHandshakesPerAddress;
            else
            {
                limit = FullLimit();
                if (limit is not null)
                    victim = OldestUnproven();
            }

            if (limit is not null && victim is null)
                entry = null!;
            else
            {
                if (victim is not null)
                    Remove(victim);
                entry = new PendingHandshake(this, prefix, evict);
                entry.Node = _entries.AddLast(entry);
                if (prefix is { } counted)
                    _perAddress[counted] = _perAddress.GetValueOrDefault(counted) + 1;
            }
        }

        if (limit is { } reached)
            _limits.Reject(reached);
        victim?.Evict();
        return entry;
    }

    internal void Leave(PendingHandshake entry)
    {
        lock (_gate)
            Remove(entry);
    }

    private NodeLimit? FullLimit()
    {
        if (_entries.Count >= _options.PendingHandshakes)
            return NodeLimit.PendingHandshakes;
        return (_entries.Count + 1L) * _options.HandshakeBytes > _options.HandshakeBytesTotal ? NodeLimit.HandshakeBytesTotal : null;
    }

    private PendingHandshake? OldestUnproven()
    {
        foreach (PendingHandshake entry in _entries)
        {
            if (!entry.Proven)
                return entry;
        }

        return null;
    }

    private void Remove(PendingHandshake entry)
    {
        if (entry.Node is null)
            return;
        _entries.Remove(entry.Node);
        entry.Node = null;
        if (entry.Prefix is { } prefix && --_perAddress[prefix] == 0)
            _perAddress.Remove(prefix);
    }
}
