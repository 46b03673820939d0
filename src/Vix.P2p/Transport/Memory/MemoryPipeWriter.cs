using System.IO.Pipelines;

namespace Vix.P2p.Transport.Memory;

/// <summary>A pipe's writer whose flushes say IsCompleted once the connection is reset.</summary>
internal sealed class MemoryPipeWriter(PipeWriter inner, MemoryReset reset) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!reset.IsSet)
        {
            FlushResult result = await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (!reset.IsSet)
                return result;
        }

        return new FlushResult(isCanceled: false, isCompleted: true);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    // The peer sees the end of the stream, whatever ended it here, as over a socket.
    public override void Complete(Exception? exception = null) => inner.Complete();
}
