using System.Buffers.Binary;
using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Work;

/// <summary>What messages and requests of a world consist of: who sent it, its number, and bytes that follow from both.</summary>
internal static class Payload
{
    public const int Least = 24;

    public static byte[] Message(int sender, long sequence, int length)
    {
        byte[] payload = new byte[Math.Max(Least, length)];
        BinaryPrimitives.WriteInt64LittleEndian(payload, sender);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(8), sequence);
        Fill(payload.AsSpan(Least), sequence);
        return payload;
    }

    public static byte[] Request(long token, RequestKind kind, TimeSpan wait, int answer, int length)
    {
        byte[] payload = new byte[Math.Max(Least, length)];
        BinaryPrimitives.WriteInt64LittleEndian(payload, token);
        payload[8] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(12), (int)wait.TotalMilliseconds);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(16), answer);
        Fill(payload.AsSpan(Least), token);
        return payload;
    }

    public static byte[] Answer(long token, int length)
    {
        byte[] payload = new byte[Math.Max(8, length)];
        BinaryPrimitives.WriteInt64LittleEndian(payload, token);
        Fill(payload.AsSpan(8), token + 1);
        return payload;
    }

    public static void Fill(Span<byte> bytes, long seed)
    {
        var random = new SeededRandom((ulong)seed);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, random.Next());
        bytes.Clear();
    }
}
