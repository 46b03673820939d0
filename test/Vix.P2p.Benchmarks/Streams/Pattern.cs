namespace Vix.P2p.Benchmarks.Streams;

/// <summary>The bytes that are sent: random ones that come again after a prime number of them, so that no buffer's size hides a hole.</summary>
internal sealed class Pattern
{
    private const int Period = 65_521;

    // Once around and a piece, so that a piece can be taken from every place at once.
    private readonly byte[] _bytes = new byte[4 * Period];

    public Pattern()
    {
        new Random(1).NextBytes(_bytes.AsSpan(0, Period));
        for (int i = 1; i < 4; i++)
            _bytes.AsSpan(0, Period).CopyTo(_bytes.AsSpan(i * Period));
    }

    /// <summary>The bytes from a place on, at most <see cref="Most"/> of them.</summary>
    public ReadOnlyMemory<byte> At(long position, int count) => _bytes.AsMemory((int)(position % Period), count);

    public static int Most => 3 * Period;
}
