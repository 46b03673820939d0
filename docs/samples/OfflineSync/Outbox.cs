namespace OfflineSync;

/// <summary>What is to be delivered. An entry stays until the receiver has acknowledged it, over restarts and cuts.</summary>
internal sealed class Outbox : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<Entry> _waiting = new();
    private readonly Journal<Entry> _journal;
    private long _last;

    public Outbox(string path) => _journal = new Journal<Entry>(path, SyncJson.Default.Entry, Replay);

    /// <summary>Writes a message; it will be delivered once this has returned true.</summary>
    public bool TryAdd(string text)
    {
        lock (_gate)
        {
            Entry entry = new(_last + 1, text);
            if (!entry.IsSound())
                return false;
            _journal.Append([entry]);
            Replay(entry);
            return true;
        }
    }

    /// <summary>The next ones to send, oldest first; they stay in the outbox.</summary>
    public List<Entry?> Next(int count)
    {
        lock (_gate)
            return [.. _waiting.Take(count)];
    }

    /// <summary>The receiver has applied all up to this one.</summary>
    public void Acknowledge(long cursor)
    {
        lock (_gate)
        {
            Entry mark = new(cursor, null);
            Replay(mark);
            // The mark keeps the last id, so that none is ever given twice: the receiver would drop what bears it.
            if (_waiting.Count == 0)
                _journal.Restart(mark);
            else
                _journal.Append([mark]);
        }
    }

    public void Dispose() => _journal.Dispose();

    private void Replay(Entry entry)
    {
        _last = Math.Max(_last, entry.Id);
        if (entry.Text is not null)
            _waiting.Enqueue(entry);
        else
            while (_waiting.TryPeek(out Entry? first) && first.Id <= entry.Id)
                _waiting.Dequeue();
    }
}
