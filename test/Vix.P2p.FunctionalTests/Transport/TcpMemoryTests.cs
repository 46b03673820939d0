using System.Buffers;
using System.IO.Pipelines;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Transport;

/// <summary>What a connection holds, and when.</summary>
[CancelAfter(60_000)]
[NonParallelizable]
internal sealed class TcpMemoryTests
{
    private const int Block = 4_096;
    private const int Record = 65_537;

    [Test]
    public async Task Read_SilentPeer_HoldsNoBuffer(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await ExchangeAsync(pair, 100, token);

        ValueTask<ReadResult> pending = pair.Far.Input.ReadAsync(token);

        pending.IsCompleted.Should().BeFalse();
        pair.FarPool.Count.Should().Be(0);
        pair.NearPool.Count.Should().Be(0);
        await pair.Near.Output.WriteAsync(new byte[1], token);
        pair.Far.Input.AdvanceTo((await pending).Buffer.End);
        pair.FarPool.Count.Should().Be(0);
    }

    [Test]
    public async Task ReadAtLeast_ClaimedRecordAndOneByte_HoldsOneBlock(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await HoldOneByteAsync(pair, token);
    }

    [Test]
    public async Task ReadAtLeast_ClaimedRecordAndOneByteAfterBulk_HoldsOneBlock(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await ExchangeAsync(pair, 4 * 1024 * 1024, token);
        pair.FarPool.Largest.Should().Be(131_072, "bulk is read in large blocks");

        await HoldOneByteAsync(pair, token);
    }

    [Test]
    public async Task Read_SmallAfterBulk_FallsBackToOneBlock(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await ExchangeAsync(pair, 4 * 1024 * 1024, token);
        for (int i = 0; i < 10; i++)
            await ExchangeAsync(pair, 10, token);
        pair.FarPool.ForgetLargest();

        await ExchangeAsync(pair, 10, token);

        pair.FarPool.Largest.Should().Be(Block);
    }

    [Test]
    public async Task Read_SmallMessages_NeverTakeMoreThanOneBlock(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        for (int i = 0; i < 50; i++)
            await ExchangeAsync(pair, 1 + (i * 40), token);

        pair.FarPool.Largest.Should().Be(Block);
        pair.NearPool.Largest.Should().Be(Block);
    }

    [Test]
    public async Task Dispose_WithUnreadBytes_GivesTheirBufferBack(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await pair.Near.Output.WriteAsync(new byte[10], token);
        ReadResult result = await pair.Far.Input.ReadAsync(token);
        pair.Far.Input.AdvanceTo(result.Buffer.GetPosition(3));
        pair.FarPool.Count.Should().Be(1);

        await pair.Far.DisposeAsync();
        await pair.Far.DisposeAsync();

        pair.FarPool.Count.Should().Be(0);
    }

    [Test]
    public async Task Dispose_WhileAResultIsInUse_LeavesItsBytesAlone(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await pair.Near.Output.WriteAsync("abc"u8.ToArray(), token);
        ReadResult result = await pair.Far.Input.ReadAsync(token);

        pair.Far.Abort();
        await pair.Far.DisposeAsync();

        result.Buffer.ToArray().Should().Equal("abc"u8.ToArray());
        pair.FarPool.Count.Should().Be(1);
        pair.Far.Input.AdvanceTo(result.Buffer.Start);
        pair.FarPool.Count.Should().Be(0);
        (await pair.Far.Input.ReadAsync(token)).IsCompleted.Should().BeTrue();
    }

    [Test]
    public async Task RoundTrips_InSteadyState_AllocateNothing(CancellationToken token)
    {
#if DEBUG
        Assert.Ignore("The compiler makes state machines of a debug build classes; run it with -c Release.");
#endif
        const int rounds = 5_000;
        // The counting pools allocate; this pair is on the shared one.
        TcpTransport transport = new();
        await using IP2pTransportListener listener = await TcpPair.ListenAsync(transport, "127.0.0.1", token);
        await using IP2pTransportConnection near = await transport.DialAsync(listener.LocalEndPoint, token);
        await using IP2pTransportConnection far = (await listener.AcceptAsync(token))!;
        // On the thread pool: the context of the test would allocate for each continuation.
        Task echo = Task.Run(EchoAsync, token);
        await Task.Run(() => RunAsync(rounds), token);

        // The whole process is measured, and others only add to it: the quietest of a few runs is the nearest.
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Run(() => RunAsync(rounds), token);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        await near.Output.CompleteAsync();
        await echo;
        // One allocation a round would be 24 bytes at least.
        (least / (double)rounds).Should().BeLessThan(12);

        async Task RunAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                near.Output.GetSpan(32)[..32].Fill(1);
                near.Output.Advance(32);
                await near.Output.FlushAsync(token);
                ReadResult result = await near.Input.ReadAtLeastAsync(32, token);
                near.Input.AdvanceTo(result.Buffer.End);
            }
        }

        async Task EchoAsync()
        {
            while (true)
            {
                ReadResult result = await far.Input.ReadAsync(token);
                if (result.Buffer.IsEmpty)
                    return;
                far.Output.Write(result.Buffer.FirstSpan);
                far.Input.AdvanceTo(result.Buffer.End);
                await far.Output.FlushAsync(token);
            }
        }
    }

    private static async Task HoldOneByteAsync(TcpPair pair, CancellationToken token)
    {
        await pair.Near.Output.WriteAsync(new byte[] { 255 }, token);
        ReadResult first = await pair.Far.Input.ReadAsync(token);
        pair.Far.Input.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        ValueTask<ReadResult> pending = pair.Far.Input.ReadAtLeastAsync(Record, token);

        pending.IsCompleted.Should().BeFalse();
        pair.FarPool.Bytes.Should().Be(Block);

        await pair.Near.Output.WriteAsync(new byte[Record - 1], token);
        ReadResult whole = await pending;
        whole.Buffer.FirstSpan[0].Should().Be(255);
        whole.Buffer.Length.Should().Be(Record);
        pair.Far.Input.AdvanceTo(whole.Buffer.End);
    }

    private static async Task ExchangeAsync(TcpPair pair, int bytes, CancellationToken token)
    {
        Task write = Traffic.WriteAsync(pair.Near.Output, bytes, () => Record, token);
        // A caller that wants whole records, so that blocks fill.
        for (int left = bytes; left > 0;)
        {
            int take = Math.Min(left, Record);
            await Traffic.TakeAsync(pair.Far.Input, take, token);
            left -= take;
        }

        await write;
    }
}
