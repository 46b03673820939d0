using System.Collections.Immutable;

namespace Replication;

/// <summary>The keys and values. The last writer wins, in whatever order the writes arrive.</summary>
internal sealed class Store
{
    // All of it fits into one message of 1 MiB; a larger store would answer in pages.
    private const int MaxKeys = 400;

    // A node whose clock is far ahead must not win over all others, nor take their clocks along.
    private const long MaxAhead = 60_000;

    private readonly Lock _gate = new();
    private volatile ImmutableDictionary<string, Change> _changes = ImmutableDictionary<string, Change>.Empty; // read without the gate
    private long _clock;

    /// <summary>
    /// The hybrid logical clock: milliseconds in the upper 48 bits, a counter in the lower 16. It never goes back and is
    /// later than all it has seen, so whoever writes after having read a write is later than that.
    /// </summary>
    private static long Now(long ahead = 0) => (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + ahead) << 16;

    /// <summary>Writes; null when the key or value is not allowed or the store is full.</summary>
    public Change? Write(string key, string? value, string node)
    {
        lock (_gate)
        {
            Change change = new(key, value, Math.Max(_clock + 1, Now()), node);
            return TryKeep(change) ? change : null;
        }
    }

    /// <summary>Takes a write of another node; false when it is not allowed or not news.</summary>
    public bool TryApply(Change change)
    {
        lock (_gate)
            return change.Time <= Now(MaxAhead) && TryKeep(change);
    }

    /// <summary>What this node has: the version of each key.</summary>
    public Dictionary<string, string> Versions() => _changes.ToDictionary(change => change.Key, change => change.Value.Version());

    /// <summary>What somebody who has those versions is missing.</summary>
    public List<Change?> NewerThan(Dictionary<string, string> versions) =>
        [.. _changes.Values.Where(change => string.CompareOrdinal(change.Version(), versions.GetValueOrDefault(change.Key)) > 0)];

    public override string ToString() =>
        string.Join(' ', NewerThan([]).Where(change => change?.Value is not null).Select(change => $"{change!.Key}={change.Value}").Order(StringComparer.Ordinal));

    // A deleted key keeps its place: without it an older write would bring the key back.
    private bool TryKeep(Change change)
    {
        bool known = _changes.TryGetValue(change.Key, out Change? current);
        if (!change.IsSound() || (known ? string.CompareOrdinal(change.Version(), current!.Version()) <= 0 : _changes.Count >= MaxKeys))
            return false;
        _changes = _changes.SetItem(change.Key, change);
        _clock = Math.Max(_clock, change.Time);
        return true;
    }
}
