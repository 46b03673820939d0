using System.Buffers;
using System.IO.Pipelines;

namespace Vix.P2p.Transport.Memory;

/// <summary>A pipe's reader that ends as a socket's does: by IsCompleted after an own abort, by IOException after the peer's.</summary>
internal sealed class MemoryPipeReader(PipeReader inner, MemoryReset reset, MemoryConnection owner) : PipeReader
{
    private bool _ended;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (!reset.IsSet)
        {
            ReadResult result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!reset.IsSet)
                return result;
        }

        return Ended();
    }

    public override bool TryRead(out ReadResult result)
    {
        if (reset.IsSet)
        {
            result = Ended();
            return true;
        }

        return inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // The result of an ended connection is empty, and none of the pipe's.
        if (!_ended)
            inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Ended()
    {
        _ended = true;
        return reset.IsBy(owner)
            ? new ReadResult(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true)
            : throw new IOException("The peer reset the connection.");
    }
}
