using Vix.P2p.Benchmarks.Links;

namespace Vix.P2p.Benchmarks.Streams;

/// <summary>Streams that are all written as fast as they take it, and read as fast as they give it.</summary>
internal sealed class BusyStreams(IReadOnlyList<StreamLink> links)
{
    private const int Bytes = 64 * 1024;

    private readonly long[] _read = new long[links.Count];
    private volatile bool _stopped;

    /// <summary>What each stream brought between two moments, with all of them busy before and after.</summary>
    public async Task<long[]> RunAsync(TimeSpan settle, TimeSpan time)
    {
        _stopped = false;
        Task[] running = [.. links.SelectMany((link, i) => (Task[])[Task.Run(() => WriteAsync(link.Client)), Task.Run(() => ReadAsync(link.Server, i))])];
        await Task.Delay(settle);
        long[] before = [.. _read];
        await Task.Delay(time);
        long[] brought = [.. _read.Zip(before, (after, first) => after - first)];
        _stopped = true;
        await Task.WhenAll(running);
        return brought;
    }

    // The last bytes are marked, so that readers end with the writers and the links can be used again.
    private async Task WriteAsync(Stream stream)
    {
        byte[] data = new byte[Bytes];
        while (!_stopped)
            await stream.WriteAsync(data);
        data[^1] = 1;
        await stream.WriteAsync(data);
        await stream.FlushAsync();
    }

    private async Task ReadAsync(Stream stream, int index)
    {
        byte[] buffer = new byte[Bytes];
        int read;
        do
        {
            read = await stream.ReadAsync(buffer);
            if (read == 0)
                throw new InvalidOperationException("A stream ended too early.");
            Volatile.Write(ref _read[index], _read[index] + read);
        }
        while (buffer[read - 1] == 0);
    }
}
