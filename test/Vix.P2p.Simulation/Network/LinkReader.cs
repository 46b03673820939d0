using System.Buffers;
using System.IO.Pipelines;

namespace Vix.P2p.Simulation.Network;

/// <summary>An end's reader, which ends as a socket's does: by IsCompleted after an own abort, by IOException after the peer's.</summary>
internal sealed class LinkReader(LinkEnd end, PipeReader inner) : PipeReader
{
    private bool _ended;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (!IsEnded)
        {
            ReadResult result = await inner.ReadAsync(cancellationToken);
            if (!IsEnded)
                return result;
        }

        return Ended();
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!IsEnded)
            return inner.TryRead(out result);
        result = Ended();
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_ended)
            inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private bool IsEnded => end.IsAborted || end.IsReset;

    private ReadResult Ended()
    {
        _ended = true;
        return end.IsAborted
            ? new ReadResult(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true)
            : throw new IOException("The peer reset the connection.");
    }
}
