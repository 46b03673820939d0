using System.IO.Pipelines;

namespace Vix.P2p.Tests.Testing;

/// <summary>A pipe without another end: takes all, keeps nothing and allocates nothing. What it was given is told record by record.</summary>
internal sealed class SinkWriter : PipeWriter
{
    private readonly byte[] _room = new byte[256 * 1024];
    private int _unflushed;

    /// <summary>Runs at each flush with the number of bytes; false breaks the pipe.</summary>
    public Func<int, bool> Flushed { get; set; } = _ => true;

    public override void Advance(int bytes) => _unflushed += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _room.AsMemory(_unflushed);

    public override Span<byte> GetSpan(int sizeHint = 0) => _room.AsSpan(_unflushed);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        int bytes = _unflushed;
        _unflushed = 0;
        return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: !Flushed(bytes)));
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
