namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Payloads that tell their place and size, so that none can be taken for another or for a part of itself.</summary>
internal static class Payload
{
    /// <summary>Nothing, less than the least cost, a piece, a frame and more, and the largest message by default.</summary>
    public static readonly int[] Sizes = [0, 1, 64, 16 * 1024, 64 * 1024, 1024 * 1024];

    /// <summary>Pieces of every length that might be handled in a way of its own.</summary>
    public static readonly int[][] Cuts = [[], [16_384], [1, 7, 4_093, 16_384, 333], [63, 64, 65, 65_000], [9_999]];

    public static byte[] Of(int size, int seed = 0)
    {
        var bytes = new byte[size];
        new Random((size * 31) + seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Every size in every cut, numbered.</summary>
    public static IEnumerable<(byte[] Bytes, int[] Cuts)> All()
    {
        var seed = 0;
        foreach (var cuts in Cuts)
        {
            foreach (var size in Sizes)
                yield return (Of(size, seed++), cuts);
        }
    }
}
