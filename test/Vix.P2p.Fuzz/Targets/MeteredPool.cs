using System.Buffers;
using System.Numerics;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>A pool that counts what is out and what was asked for, and spoils what comes back. One thread at a time.</summary>
internal sealed class MeteredPool : ArrayPool<byte>
{
    private const int Least = 16;

    private readonly Stack<byte[]>[] _free = [.. Enumerable.Range(0, 32).Select(_ => new Stack<byte[]>())];

    /// <summary>The arrays that are out.</summary>
    public int Out { get; private set; }

    /// <summary>The most that was asked for at once since <see cref="Begin"/>.</summary>
    public int Largest { get; private set; }

    public void Begin()
    {
        Largest = 0;
        Out = 0;
    }

    public override byte[] Rent(int minimumLength)
    {
        Out++;
        Largest = Math.Max(Largest, minimumLength);
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Least, minimumLength));
        return _free[BitOperations.Log2((uint)size)].TryPop(out byte[]? free) ? free : new byte[size];
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        Out--;
        array.AsSpan().Fill(0xDD);
        _free[BitOperations.Log2((uint)array.Length)].Push(array);
    }
}
