using System.IO.Pipelines;

namespace Vix.P2p.Simulation.Network;

/// <summary>An end's writer: what is flushed is under way. A flush waits while more is under way than the window.</summary>
internal sealed class LinkWriter(LinkEnd end) : PipeWriter
{
    private byte[] _buffer = [];
    private int _length;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        int least = _length + Math.Max(sizeHint, 256);
        if (_buffer.Length < least)
            Array.Resize(ref _buffer, Math.Max(least, 2 * _buffer.Length));
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _length += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (end.IsOver || _completed)
            return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: true));
        cancellationToken.ThrowIfCancellationRequested();
        end.Outgoing.Send(_buffer.AsSpan(0, _length));
        _length = 0;
        return end.Outgoing.WhenRoomAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => end.Outgoing.ReleaseFlush(isCanceled: true, isCompleted: false);

    public override void Complete(Exception? exception = null)
    {
        if (_completed)
            return;
        _completed = true;
        if (!end.IsOver)
            end.Outgoing.End();
    }
}
