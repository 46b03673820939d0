using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Many streams at once, each doing what chance says, against what must come out.</summary>
internal sealed class StreamsPropertyTests
{
    private const int Streams = 8;

    [Test]
    public async Task Streams_WithRandomWritesReadsAndEnds_CarryEachByteInItsPlace([Range(1, 10)] int seed)
    {
        await using StreamBench bench = await StreamBench.StartAsync(options => options.Limits.StreamWindowBytes = 16 * 1024);
        List<Task> work = [];
        for (int i = 0; i < Streams; i++)
        {
            (P2pStream near, StreamServing far) = await bench.OpenAsync();
            work.Add(BothAsync(near, far, seed * 100 + i));
        }

        await Task.WhenAll(work).Soon();

        await bench.QuietAsync();
        bench.A.GetPeers().Peers.Should().ContainSingle(peer => peer.State == PeerState.Connected);
    }

    [Test]
    public async Task Streams_ThatBreakOffAtRandom_LeaveNothingAndTheConnectionAlone([Range(1, 20)] int seed)
    {
        await using StreamBench bench = await StreamBench.StartAsync(options => options.Limits.StreamWindowBytes = 16 * 1024);
        var random = new Random(seed);
        for (int round = 0; round < 5; round++)
        {
            List<Task> work = [];
            for (int i = 0; i < Streams; i++)
            {
                (P2pStream near, StreamServing far) = await bench.OpenAsync();
                work.Add(WildAsync(near, random.Next()));
                work.Add(WildAsync(far.Stream, random.Next()).ContinueWith(_ => far.Return(), TaskScheduler.Default));
            }

            await Task.WhenAll(work).Soon();
        }

        await bench.QuietAsync();
        bench.A.GetPeers().Peers.Should().ContainSingle(peer => peer.State == PeerState.Connected);
    }

    private static async Task BothAsync(P2pStream near, StreamServing far, int seed)
    {
        int there = new Random(seed).Next(200_000);
        int back = new Random(seed + 1).Next(200_000);
        await Task.WhenAll(WriteAsync(near, there, seed), ReadAsync(far.Stream, there, seed), WriteAsync(far.Stream, back, seed + 1), ReadAsync(near, back, seed + 1));
        far.Return();
        await near.DisposeAsync();
    }

    private static async Task WriteAsync(P2pStream stream, int length, int seed)
    {
        await Task.Yield();
        var random = new Random(seed);
        for (int at = 0; at < length;)
        {
            byte[] bytes = new byte[Math.Min(length - at, random.Next(random.Next(5) == 0 ? 60_000 : 500))];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = At(at + i, seed);
            await stream.WriteAsync(bytes);
            at += bytes.Length;
        }

        await stream.CompleteWritesAsync();
    }

    private static async Task ReadAsync(P2pStream stream, int length, int seed)
    {
        await Task.Yield();
        var random = new Random(-seed);
        int at = 0;
        while (true)
        {
            byte[] bytes = new byte[1 + random.Next(random.Next(5) == 0 ? 60_000 : 500)];
            int read = await stream.ReadAsync(bytes);
            if (read == 0)
                break;
            for (int i = 0; i < read; i++, at++)
            {
                if (bytes[i] != At(at, seed))
                    throw new InvalidDataException($"Byte {at} is not what was written.");
            }
        }

        at.Should().Be(length);
    }

    private static byte At(int place, int seed) => (byte)((place * 31) + (place >> 8) + seed);

    // Reads, writes, cancels, and at some moment ends the stream in one of the ways there are.
    private static async Task WildAsync(P2pStream stream, int seed)
    {
        await Task.Yield();
        var random = new Random(seed);
        using var cancel = new CancellationTokenSource();
        Task reading = UseAsync(async () =>
        {
            byte[] bytes = new byte[3000];
            while (await stream.ReadAsync(bytes, cancel.Token) > 0)
            {
            }
        });
        Task writing = UseAsync(async () =>
        {
            var lengths = new Random(~seed);
            for (int i = 0; i < 50; i++)
                await stream.WriteAsync(new byte[lengths.Next(2000)], cancel.Token);
        });
        for (int i = random.Next(200); i > 0; i--)
            await Task.Yield();
        switch (new Random(seed + 1).Next(4))
        {
            case 0:
                stream.Abort(64);
                break;
            case 1:
                await cancel.CancelAsync();
                break;
            case 2:
                await stream.DisposeAsync();
                break;
            default:
                await UseAsync(async () => await stream.CompleteWritesAsync());
                await cancel.CancelAsync();
                break;
        }

        await Task.WhenAll(reading, writing);
        await stream.DisposeAsync();
    }

    private static async Task UseAsync(Func<Task> use)
    {
        try
        {
            await use();
        }
        catch (Exception e) when (e is P2pStreamException or OperationCanceledException or ObjectDisposedException)
        {
            // Some end is meant to come in the middle.
        }
        catch (InvalidOperationException e) when (e.Message.Contains("one at a time", StringComparison.Ordinal) || e.Message.Contains("complete", StringComparison.Ordinal))
        {
            // The end of the writes in the middle of one.
        }
    }
}
