namespace Vix.P2p.Client.Streams;

/// <summary>
/// Cuts bytes into lines as they arrive, whole or in pieces. It holds at most one unfinished line, and of no line more
/// than its limit. A byte order mark before the first line is taken off.
/// </summary>
/// <param name="limit">The most bytes of a line.</param>
/// <param name="endsAtReturn">Whether CR ends a line as LF and CR LF do; otherwise LF alone does.</param>
internal sealed class LineSplitter(int limit, bool endsAtReturn)
{
    private byte[] _held = [];
    private int _length;
    private bool _isGiven;
    private bool _isAfterReturn;
    private bool _isPastFirst;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>What there is of a line that has not ended.</summary>
    public ReadOnlySpan<byte> Rest => _isGiven ? default : _held.AsSpan(0, _length);

    /// <summary>Takes the next line off the input. The line is good until the next call.</summary>
    public SplitResult Read(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (_isGiven)
            _length = 0;
        _isGiven = false;
        if (_isAfterReturn && !input.IsEmpty)
        {
            _isAfterReturn = false;
            if (input[0] == '\n')
                input = input[1..];
        }

        int end = endsAtReturn ? input.IndexOfAny((byte)'\r', (byte)'\n') : input.IndexOf((byte)'\n');
        ReadOnlySpan<byte> piece = end < 0 ? input : input[..end];
        if (piece.Length > limit - _length)
            return SplitResult.TooLong;
        if (end < 0)
        {
            Hold(piece);
            input = default;
            return SplitResult.NeedMore;
        }

        _isAfterReturn = input[end] == '\r';
        input = input[(end + 1)..];
        line = _length == 0 ? piece : Hold(piece);
        _isGiven = true;
        if (!_isPastFirst && line.StartsWith(ByteOrderMark))
            line = line[ByteOrderMark.Length..];
        _isPastFirst = true;
        return SplitResult.Line;
    }

    /// <summary>Forgets what there is of a line.</summary>
    public void Clear() => _length = 0;

    private ReadOnlySpan<byte> Hold(ReadOnlySpan<byte> piece)
    {
        int needed = _length + piece.Length;
        if (needed > _held.Length)
            Array.Resize(ref _held, Math.Min(limit, Math.Max(needed, 2 * _held.Length)));
        piece.CopyTo(_held.AsSpan(_length));
        _length = needed;
        return _held.AsSpan(0, _length);
    }
}
