namespace Vix.P2p.Benchmarks.Links;

/// <summary>Sends back what a stream brings.</summary>
internal static class Echo
{
    private const int ReadBytes = 4096;

    public static async Task ServeAsync(Stream stream)
    {
        byte[] buffer = new byte[ReadBytes];
        while (await stream.ReadAsync(buffer) is > 0 and int read)
            await stream.WriteAsync(buffer.AsMemory(0, read));
    }
}
