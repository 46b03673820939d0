namespace Vix.P2p.Benchmarks.Records;

/// <summary>Buffers for as many messages as fit into the second-level cache.</summary>
internal static class Batch
{
    private const int Bytes = 256 * 1024;

    public static byte[][] Create(int messageBytes)
    {
        byte[][] buffers = new byte[Math.Clamp(Bytes / messageBytes, 4, 256)][];
        for (int i = 0; i < buffers.Length; i++)
            buffers[i] = new byte[messageBytes];
        return buffers;
    }
}
