using System.Buffers;
using System.IO.Pipelines;
using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// A pipe whose bytes come in the pieces that <see cref="Cuts"/> says, each in memory of its own, and then end. Nothing of
/// it waits. It knows how far its reader has come.
/// </summary>
internal sealed class PieceReader : PipeReader
{
    private readonly byte[] _bytes;
    private readonly bool _whole;
    private Cuts _cuts;
    private Piece? _first;
    private Piece? _last;
    private int _start;

    /// <param name="bytes">What comes.</param>
    /// <param name="cuts">Where it is cut; null for not at all.</param>
    public PieceReader(byte[] bytes, Cuts? cuts)
    {
        _bytes = bytes;
        _whole = cuts is null;
        _cuts = cuts ?? default;
    }

    /// <summary>The bytes that have come.</summary>
    public int Served { get; private set; }

    /// <summary>The bytes that had come before the last piece.</summary>
    public int ServedBefore { get; private set; }

    /// <summary>The bytes that the reader has taken.</summary>
    public int Consumed { get; private set; }

    /// <summary>What a reader of it comes to, which has nothing to wait for.</summary>
    public static T Now<T>(ValueTask<T> reading)
    {
        if (reading.IsCompletedSuccessfully)
            return reading.Result;
        Task<T> task = reading.AsTask();
        Broken.Unless(task.IsCompleted, "it waits although everything has come");
        return task.GetAwaiter().GetResult();
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        int left = _bytes.Length - Served;
        if (left > 0)
        {
            int length = _whole ? left : _cuts.Next(left);
            // A copy, so that whoever reads past its piece reads past an array.
            _last = new Piece(_bytes.AsSpan(Served, length).ToArray(), _last);
            _first ??= _last;
            ServedBefore = Served;
            Served += length;
        }

        ReadOnlySequence<byte> buffer = _first is null ? default : new ReadOnlySequence<byte>(_first, _start, _last!, _last!.Memory.Length);
        return ValueTask.FromResult(new ReadResult(buffer, isCanceled: false, isCompleted: Served == _bytes.Length));
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_first is null || consumed.GetObject() is not Piece piece)
            return;
        _first = piece;
        _start = consumed.GetInteger();
        Consumed = (int)piece.RunningIndex + _start;
    }

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

    public override void CancelPendingRead()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, Piece? before)
        {
            Memory = bytes;
            if (before is null)
                return;
            before.Next = this;
            RunningIndex = before.RunningIndex + before.Memory.Length;
        }
    }
}
