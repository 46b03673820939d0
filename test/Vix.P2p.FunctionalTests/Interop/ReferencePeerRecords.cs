using System.Buffers.Binary;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Records and the frames in them. One sender and one reader at a time; the two do not touch each other.</summary>
internal sealed class ReferencePeerRecords(
    ReferencePeerSocket socket, ReferencePeerCipher sending, ReferencePeerCipher receiving, ulong recordsPerKey) : IDisposable
{
    public const int MaxPlaintext = ushort.MaxValue - ReferencePeerCipher.TagSize;

    private byte[] _stream = [];
    private int _taken;

    public ulong Sent => sending.Counter;

    public ulong Received => receiving.Counter;

    /// <summary>The record that came last, as it was on the wire, for replays.</summary>
    public byte[] LastReceived { get; private set; } = [];

    /// <summary>The record with its length, counted as sent.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext)
    {
        var ciphertext = sending.Seal([], plaintext);
        RekeyAtEdge(sending);
        var record = new byte[2 + ciphertext.Length];
        BinaryPrimitives.WriteUInt16BigEndian(record, checked((ushort)ciphertext.Length));
        ciphertext.CopyTo(record, 2);
        return record;
    }

    public async ValueTask SendStreamAsync(ReadOnlyMemory<byte> frames, int recordSize = MaxPlaintext)
    {
        for (; !frames.IsEmpty; frames = frames[Math.Min(frames.Length, recordSize)..])
        {
            await socket.SendAsync(Seal(frames.Span[..Math.Min(frames.Length, recordSize)]));
        }
    }

    /// <summary>What one record holds; null when the other side has closed between two records.</summary>
    public async ValueTask<byte[]?> ReadRecordAsync()
    {
        var header = await socket.ReadAsync(2);
        if (header is null)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(header);
        if (length <= ReferencePeerCipher.TagSize)
        {
            throw new ReferencePeerException($"A record of {length} bytes.");
        }

        var ciphertext = await socket.ReadAsync(length) ?? throw new ReferencePeerException("Closed in a record.");
        LastReceived = [.. header, .. ciphertext];
        var plaintext = receiving.Open([], ciphertext);
        RekeyAtEdge(receiving);
        return plaintext;
    }

    /// <summary>The next frame; null when the other side has closed between two frames.</summary>
    public async ValueTask<ReferencePeerFrame?> ReadFrameAsync()
    {
        while (true)
        {
            if (ReferencePeerFrame.TryDecode(_stream.AsSpan(_taken), out var consumed) is { } frame)
            {
                _taken += consumed;
                return frame;
            }

            var plaintext = await ReadRecordAsync();
            if (plaintext is null)
            {
                return _stream.Length == _taken ? null : throw new ReferencePeerException("Closed in a frame.");
            }

            _stream = [.. _stream.AsSpan(_taken), .. plaintext];
            _taken = 0;
        }
    }

    public void Dispose()
    {
        sending.Dispose();
        receiving.Dispose();
    }

    // The counter names the record that comes next, so a multiple of 65,536 means that this many lie behind.
    private void RekeyAtEdge(ReferencePeerCipher cipher)
    {
        if (cipher.Counter % recordsPerKey == 0)
        {
            cipher.Rekey();
        }
    }
}
