using System.Buffers;
using System.Runtime.CompilerServices;

namespace Vix.P2p.Records;

/// <summary>
/// Joins opened records to one stream of frames. A frame that lies whole in a record is a slice of it; one that spans
/// records is gathered in a buffer that grows with the bytes that have come, never with the length that is claimed.
/// Extensions that are not known are passed over as they come. One caller at a time.
/// </summary>
internal sealed class FrameReader : IDisposable
{
    // What a single byte of a claimed maximum may cost.
    private const int FirstBlock = 1_024;

    private readonly ArrayPool<byte> _pool;
    private HeaderBytes _headerBytes;
    private int _headerCount;
    private FrameHeader _header;
    private State _state;
    private byte[]? _gathered;
    private int _count;
    private FrameStatus _error;

    public FrameReader(ArrayPool<byte>? pool = null) => _pool = pool ?? ArrayPool<byte>.Shared;

    private enum State
    {
        Header,
        Body,
        Skip,
    }

    /// <summary>A frame has begun and not ended.</summary>
    public bool HasPartial => _state != State.Header || _headerCount > 0;

    /// <summary>Extensions that were passed over. They show in nothing else, and yet have come.</summary>
    public long Skipped { get; private set; }

    /// <summary>Takes the next frame from the front of <paramref name="plaintext"/>, which moves on past it.</summary>
    /// <param name="plaintext">What is left of the record; empty after NeedMore.</param>
    /// <param name="kind">The kind; of the extensions only those that are known.</param>
    /// <param name="body">The body, valid until the next call and as long as the record.</param>
    /// <returns>Ok, NeedMore, or an error, which every later call repeats.</returns>
    public FrameStatus TryRead(ref ReadOnlySpan<byte> plaintext, out FrameKind kind, out ReadOnlySpan<byte> body)
    {
        kind = default;
        body = default;
        if (_state == State.Header)
            ReturnGathered();

        while (_error == FrameStatus.Ok)
        {
            if (_state == State.Header)
            {
                FrameStatus status = TakeHeader(ref plaintext);
                if (status == FrameStatus.NeedMore)
                    return status;
                if (status != FrameStatus.Ok)
                {
                    _error = status;
                    break;
                }

                _count = 0;
                _state = _header.IsSkipped ? State.Skip : State.Body;
            }

            int missing = _header.BodyLength - _count;
            if (plaintext.Length < missing)
            {
                if (_state == State.Body)
                    Gather(plaintext);
                else
                    _count += plaintext.Length;
                plaintext = default;
                return FrameStatus.NeedMore;
            }

            ReadOnlySpan<byte> last = plaintext[..missing];
            plaintext = plaintext[missing..];
            bool skipped = _state == State.Skip;
            _state = State.Header;
            if (skipped)
            {
                Skipped++;
                continue;
            }

            kind = _header.Kind;
            body = last;
            if (_count > 0)
            {
                Gather(last);
                body = _gathered.AsSpan(0, _count);
            }

            return FrameStatus.Ok;
        }

        return _error;
    }

    public void Dispose() => ReturnGathered();

    private FrameStatus TakeHeader(ref ReadOnlySpan<byte> plaintext)
    {
        FrameStatus status;
        if (_headerCount == 0)
        {
            status = FrameCodec.TryReadHeader(plaintext, out _header);
            if (status == FrameStatus.Ok)
                plaintext = plaintext[_header.HeaderLength..];
            if (status != FrameStatus.NeedMore)
                return status;
        }

        // The header itself spans records. It ends by the byte that decides it, so it is joined byte by byte.
        Span<byte> joined = _headerBytes;
        status = FrameStatus.NeedMore;
        while (status == FrameStatus.NeedMore && !plaintext.IsEmpty)
        {
            joined[_headerCount++] = plaintext[0];
            plaintext = plaintext[1..];
            status = FrameCodec.TryReadHeader(joined[.._headerCount], out _header);
        }

        if (status != FrameStatus.NeedMore)
            _headerCount = 0;
        return status;
    }

    private void Gather(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        int needed = _count + bytes.Length;
        if (_gathered is null || _gathered.Length < needed)
        {
            int doubled = Math.Max(FirstBlock, 2 * (_gathered?.Length ?? 0));
            byte[] larger = _pool.Rent(Math.Max(needed, Math.Min(doubled, _header.BodyLength)));
            _gathered.AsSpan(0, _count).CopyTo(larger);
            ReturnGathered();
            _gathered = larger;
        }

        bytes.CopyTo(_gathered.AsSpan(_count));
        _count = needed;
    }

    private void ReturnGathered()
    {
        if (_gathered is null)
            return;
        _pool.Return(_gathered);
        _gathered = null;
    }

    [InlineArray(FrameCodec.MaxHeader)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
