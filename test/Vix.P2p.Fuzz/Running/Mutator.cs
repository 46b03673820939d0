using System.Buffers.Binary;

namespace Vix.P2p.Fuzz.Running;

/// <summary>
/// Makes new inputs of old ones. The same seed makes the same inputs. Where an input is cut is no change of it: the
/// targets draw that from the input itself (<see cref="Cuts"/>), so that a replay is cut alike.
/// </summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int maxLength)
{
    private static readonly byte[] Edges = [0, 1, 2, 0x7F, 0x80, 0x81, 0xFE, 0xFF];
    private static readonly int Mutations = Enum.GetValues<Mutation>().Length;

    private readonly byte[] _buffer = new byte[maxLength];
    private int _length;

    /// <summary>One to eight changes of an input; valid until the next call.</summary>
    /// <param name="input">What is changed.</param>
    /// <param name="other">What is spliced in.</param>
    public ReadOnlyMemory<byte> Mutate(ReadOnlySpan<byte> input, ReadOnlySpan<byte> other)
    {
        Take(input);
        int changes = 1 + random.Next(random.Next(8) + 1);
        for (int i = 0; i < changes; i++)
            Change((Mutation)random.Next(Mutations), other);
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>One change of an input; valid until the next call. What has nothing to change is noise.</summary>
    public ReadOnlyMemory<byte> Mutate(Mutation mutation, ReadOnlySpan<byte> input, ReadOnlySpan<byte> other)
    {
        Take(input);
        Change(mutation, other);
        return _buffer.AsMemory(0, _length);
    }

    private void Take(ReadOnlySpan<byte> input)
    {
        _length = Math.Min(input.Length, maxLength);
        input[.._length].CopyTo(_buffer);
    }

    private void Change(Mutation mutation, ReadOnlySpan<byte> other)
    {
        int at = _length == 0 ? 0 : random.Next(_length);
        switch (mutation)
        {
            case Mutation.Flip when _length > 0:
                _buffer[at] ^= (byte)(1 << random.Next(8));
                break;
            case Mutation.Edge when _length > 0:
                _buffer[at] = Edges[random.Next(Edges.Length)];
                break;
            case Mutation.Byte when _length > 0:
                _buffer[at] = (byte)random.Next(256);
                break;
            case Mutation.Truncate when _length > 0:
                _length = at;
                break;
            case Mutation.Remove when _length > 0:
                Remove(at, 1 + random.Next(Math.Min(16, _length - at)));
                break;
            case Mutation.Repeat when _length > 0:
                Repeat(at, 1 + random.Next(Math.Min(64, _length - at)));
                break;
            case Mutation.Splice when !other.IsEmpty:
                int from = random.Next(other.Length);
                Insert(at, other.Slice(from, 1 + random.Next(Math.Min(256, other.Length - from))));
                break;
            case Mutation.Cross when !other.IsEmpty:
                _length = at;
                Insert(at, other[random.Next(other.Length)..]);
                break;
            case Mutation.Insert when words.Count > 0:
                Insert(at, words[random.Next(words.Count)]);
                break;
            case Mutation.Overwrite when words.Count > 0 && _length > 0:
                byte[] word = words[random.Next(words.Count)];
                word.AsSpan(0, Math.Min(word.Length, _length - at)).CopyTo(_buffer.AsSpan(at));
                break;
            case Mutation.Length when _length > 0:
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
