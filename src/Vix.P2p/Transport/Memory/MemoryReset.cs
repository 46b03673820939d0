using System.IO.Pipelines;

namespace Vix.P2p.Transport.Memory;

/// <summary>
/// The reset of a connection, which both ends see. It wakes the pending calls and completes no pipe: that is for the
/// pipe's own reader and writer, who may be using its memory at this moment.
/// </summary>
internal sealed class MemoryReset(Pipe there, Pipe back)
{
    private MemoryConnection? _by;

    public bool IsSet => Volatile.Read(ref _by) is not null;

    public bool IsBy(MemoryConnection side) => ReferenceEquals(Volatile.Read(ref _by), side);

    public void By(MemoryConnection side)
    {
        if (Interlocked.CompareExchange(ref _by, side, null) is not null)
            return;
        foreach (Pipe pipe in (ReadOnlySpan<Pipe>)[there, back])
        {
            pipe.Reader.CancelPendingRead();
            pipe.Writer.CancelPendingFlush();
        }
    }
}
