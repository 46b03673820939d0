namespace Vix.P2p.Admission;

/// <summary>
/// Who is refused, and until when. Bounded; at the cap the ban that ends first gives way to a new one. Not thread-safe:
/// its owner holds a lock.
/// </summary>
internal sealed class BanTable(int capacity, TimeProvider time)
{
    private readonly Dictionary<PeerId, Entry> _entries = [];
    private readonly SortedSet<Entry> _endingFirst = new(Comparer<Entry>.Create(static (a, b) => (a.Until, a.Sequence).CompareTo((b.Until, b.Sequence))));
    private long _sequence;

    /// <summary>Bans kept, those that have ended since the last trim too.</summary>
    public int Count => _entries.Count;

    /// <summary>Bans a peer; false when another ban had to give way.</summary>
    public bool Add(PeerId id, TimeSpan duration, out PeerBan ban)
    {
        Trim();
        Remove(id);
        bool full = _entries.Count >= capacity;
        if (full)
            Remove(_endingFirst.Min!.Id);
        long until = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
        var entry = new Entry(id, ++_sequence, until, duration, time.GetUtcNow());
        _entries.Add(id, entry);
        _endingFirst.Add(entry);
        ban = entry.ToBan(duration);
        return !full;
    }

    /// <summary>Ends a ban; false when there was none in force.</summary>
    public bool Remove(PeerId id)
    {
        if (!_entries.Remove(id, out Entry? entry))
            return false;
        _endingFirst.Remove(entry);
        return Remaining(entry) > TimeSpan.Zero;
    }

    public bool Contains(PeerId id) => _entries.TryGetValue(id, out Entry? entry) && Remaining(entry) > TimeSpan.Zero;

    /// <summary>The bans in force, those that end first at the beginning.</summary>
    public IReadOnlyList<PeerBan> Snapshot()
    {
        Trim();
        return [.. _endingFirst.Select(entry => entry.ToBan(Remaining(entry)))];
    }

    /// <summary>Forgets what has ended.</summary>
    public void Trim()
    {
        while (_endingFirst.Min is { } first && Remaining(first) <= TimeSpan.Zero)
            Remove(first.Id);
    }

    private TimeSpan Remaining(Entry entry) => time.GetElapsedTime(time.GetTimestamp(), entry.Until);

    private sealed record Entry(PeerId Id, long Sequence, long Until, TimeSpan Duration, DateTimeOffset BannedAt)
    {
        public PeerBan ToBan(TimeSpan remaining) => new(Id, BannedAt, Duration, remaining);
    }
}
