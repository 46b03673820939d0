namespace Vix.P2p.Connections;

/// <summary>The bytes that wait to be sent to all peers of a node together.</summary>
internal sealed class SendBudget(long limit)
{
    private long _used;

    public long Used => Volatile.Read(ref _used);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Counts what may not wait; it is bounded by the caller.</summary>
    public void TakeBeyond(int bytes) => Interlocked.Add(ref _used, bytes);

    public void Give(int bytes) => Interlocked.Add(ref _used, -bytes);
}
