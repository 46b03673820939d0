using System.Buffers;

namespace Vix.P2p.Connections;

/// <summary>The bytes that a node keeps for all peers together, one way: those that wait to be sent, or to be taken.</summary>
/// <param name="limit">How many there may be.</param>
/// <param name="pool">Where their arrays come from and go back to; null for the shared pool.</param>
internal sealed class ByteBudget(long limit, ArrayPool<byte>? pool = null)
{
    private long _used;

    public long Used => Volatile.Read(ref _used);

    public ArrayPool<byte> Pool { get; } = pool ?? ArrayPool<byte>.Shared;

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
