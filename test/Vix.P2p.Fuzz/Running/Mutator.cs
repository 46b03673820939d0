using System.Buffers.Binary;

namespace Vix.P2p.Fuzz.Running;

/// <summary>Makes new inputs of old ones. The same seed makes the same inputs.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int maxLength)
{
    private static readonly byte[] Edges = [0, 1, 2, 0x7F, 0x80, 0x81, 0xFE, 0xFF];

    private readonly byte[] _buffer = new byte[maxLength];
    private int _length;

    /// <summary>One to eight changes of an input; valid until the next call.</summary>
    /// <param name="input">What is changed.</param>
    /// <param name="other">What is spliced in.</param>
    public ReadOnlySpan<byte> Mutate(ReadOnlySpan<byte> input, ReadOnlySpan<byte> other)
    {
        _length = Math.Min(input.Length, maxLength);
        input[.._length].CopyTo(_buffer);
        int changes = 1 + random.Next(random.Next(8) + 1);
        for (int i = 0; i < changes; i++)
            Change(other);
        return _buffer.AsSpan(0, _length);
    }

    private void Change(ReadOnlySpan<byte> other)
    {
        int at = _length == 0 ? 0 : random.Next(_length);
        switch (random.Next(12))
        {
            case 0 when _length > 0:
                _buffer[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when _length > 0:
                _buffer[at] = Edges[random.Next(Edges.Length)];
                break;
            case 2 when _length > 0:
                _buffer[at] = (byte)random.Next(256);
                break;
            case 3 when _length > 0:
                _length = at;
                break;
            case 4 when _length > 0:
                Remove(at, 1 + random.Next(Math.Min(16, _length - at)));
                break;
            case 5 when _length > 0:
                Repeat(at, 1 + random.Next(Math.Min(64, _length - at)));
                break;
            case 6 when !other.IsEmpty:
                int from = random.Next(other.Length);
                Insert(at, other.Slice(from, 1 + random.Next(Math.Min(256, other.Length - from))));
                break;
            case 7 when !other.IsEmpty:
                // The front of one and the end of another.
                _length = at;
                Insert(at, other[random.Next(other.Length)..]);
                break;
            case 8 when words.Count > 0:
                Insert(at, words[random.Next(words.Count)]);
                break;
            case 9 when words.Count > 0:
                byte[] word = words[random.Next(words.Count)];
                word.AsSpan(0, Math.Min(word.Length, _length - at)).CopyTo(_buffer.AsSpan(at));
                break;
            case 10:
                LieAboutALength(at);
                break;
            default:
                Span<byte> any = stackalloc byte[1 + random.Next(16)];
                random.NextBytes(any);
                Insert(at, any);
                break;
        }
    }

    // Two bytes big-endian, or a varint: the two forms that lengths have on the wire.
    private void LieAboutALength(int at)
    {
        int value = random.Next(4) switch
        {
            0 => _length - at,
            1 => random.Next(1 << random.Next(1, 29)),
            2 => ushort.MaxValue - random.Next(3),
            _ => Math.Max(0, _length - at + random.Next(-4, 5)),
        };
        Span<byte> text = stackalloc byte[5];
        int length = 2;
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt16BigEndian(text, (ushort)value);
        else
        {
            length = 0;
            for (uint rest = (uint)value; ; rest >>= 7)
            {
                text[length++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
                if (rest < 0x80)
                    break;
            }
        }

        length = Math.Min(length, _length - at);
        text[..length].CopyTo(_buffer.AsSpan(at));
    }

    private void Remove(int at, int count)
    {
        _buffer.AsSpan(at + count, _length - at - count).CopyTo(_buffer.AsSpan(at));
        _length -= count;
    }

    private void Repeat(int at, int count)
    {
        Span<byte> part = stackalloc byte[count];
        _buffer.AsSpan(at, count).CopyTo(part);
        Insert(at, part);
    }

    private void Insert(int at, ReadOnlySpan<byte> part)
    {
        int room = Math.Min(part.Length, maxLength - at);
        int kept = Math.Min(_length - at, maxLength - at - room);
        _buffer.AsSpan(at, kept).CopyTo(_buffer.AsSpan(at + room));
        part[..room].CopyTo(_buffer.AsSpan(at));
        _length = at + room + kept;
    }
}
