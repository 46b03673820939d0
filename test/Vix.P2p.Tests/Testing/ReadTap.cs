using System.Buffers;
using System.IO.Pipelines;

namespace Vix.P2p.Tests.Testing;

/// <summary>A reader that tells how far its user has come, so that a test need not guess when bytes were taken.</summary>
internal sealed class ReadTap(PipeReader inner) : PipeReader
{
    private readonly Lock _gate = new();
    private readonly List<(long Taken, long Seen, TaskCompletionSource Reached)> _waiting = [];
    private ReadOnlySequence<byte> _buffer;
    private long _taken;
    private long _seen;

    /// <summary>Completes when that many bytes were consumed since the beginning.</summary>
    public Task TakenAsync(long bytes) => WaitAsync(bytes, 0);

    /// <summary>Completes when that many bytes were looked at since the beginning.</summary>
    public Task SeenAsync(long bytes) => WaitAsync(0, bytes);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult read = await inner.ReadAsync(cancellationToken);
        _buffer = read.Buffer;
        return read;
    }

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long taken = _buffer.Slice(0, consumed).Length;
        long seen = _buffer.Slice(0, examined).Length;
        inner.AdvanceTo(consumed, examined);
        lock (_gate)
        {
            _seen = _taken + seen;
            _taken += taken;
            foreach ((long wantTaken, long wantSeen, TaskCompletionSource reached) in _waiting)
            {
                if (_taken >= wantTaken && _seen >= wantSeen)
                    reached.TrySetResult();
            }
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private Task WaitAsync(long taken, long seen)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_taken >= taken && _seen >= seen)
                return Task.CompletedTask;
            _waiting.Add((taken, seen, reached));
        }

        return reached.Task.Soon();
    }
}
