using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Vix.P2p.Simulation.Timing;

/// <summary>
/// A number over everything that happens, in its order, every byte on the wire included: two runs of a seed have the
/// same one, or something decides that no seed does. Written out as lines too where somebody wants to read them.
/// </summary>
internal sealed class Trace(TextWriter? lines)
{
    public ulong Hash { get; private set; } = 14695981039346656037;

    public bool IsRead => lines is not null;

    public void Add(ulong value) => Hash = (BitOperations.RotateLeft(Hash, 5) ^ value) * 0x9E3779B97F4A7C15;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte one in bytes)
            Add(one);
    }

    public void Add(string text)
    {
        foreach (char c in text)
            Add(c);
    }

    /// <summary>One event: part of the number, and a line.</summary>
    public void Tell(long now, string text)
    {
        Add((ulong)now);
        Add(text);
        lines?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromTicks(now).TotalSeconds,12:F6} {text}"));
    }

    /// <summary>A line that only a reader wants.</summary>
    public void Show(long now, string text) => lines?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromTicks(now).TotalSeconds,12:F6}   {text}"));
}
