namespace Vix.P2p.Messages;

/// <summary>The bytes that have come from all peers of a node together and that no handler or reader has taken yet.</summary>
internal sealed class ReceiveBudget(long limit)
{
    private long _used;

    public long Used => Volatile.Read(ref _used);

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    public void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
