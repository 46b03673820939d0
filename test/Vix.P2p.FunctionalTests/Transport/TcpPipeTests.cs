using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;

namespace Vix.P2p.FunctionalTests.Transport;

[CancelAfter(60_000)]
internal sealed class TcpPipeTests
{
    [Test]
    public async Task ReadAndWrite_RandomSizesEchoed_ComeBackTheSame(CancellationToken token)
    {
        const int total = 16 * 1024 * 1024;
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        Random random = new(1);
        Task echo = EchoAsync(pair.Far, token);
        Task read = Traffic.ReadAsync(pair.Near.Input, total, token);

        await Traffic.WriteAsync(pair.Near.Output, total, () => random.Next(1, random.Next(2, 200_000)), token);
        await pair.Near.Output.CompleteAsync();

        await Task.WhenAll(read, echo);
        (await pair.Near.Input.ReadAsync(token)).IsCompleted.Should().BeTrue();
        pair.FarPool.Largest.Should().BeLessThanOrEqualTo(131_072);
    }

    [Test]
    public async Task ReadAtLeast_RecordsOfTheLargestSize_LieInOneWritableArray(CancellationToken token)
    {
        const int records = 200;
        const int size = 2 + 65_535;
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        Task write = WriteRecordsAsync();
        for (int i = 0; i < records; i++)
        {
            ReadResult result = await pair.Far.Input.ReadAtLeastAsync(2, token);
            int length = 2 + BinaryPrimitives.ReadUInt16BigEndian(result.Buffer.FirstSpan);
            if (result.Buffer.Length < length)
            {
                pair.Far.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await pair.Far.Input.ReadAtLeastAsync(length, token);
            }

            ReadOnlySequence<byte> record = result.Buffer.Slice(0, length);
            record.IsSingleSegment.Should().BeTrue();
            MemoryMarshal.TryGetArray(record.First, out ArraySegment<byte> array).Should().BeTrue();
            array.Count.Should().Be(size);
            array.AsSpan(2).IndexOfAnyExcept((byte)i).Should().Be(-1);
            array.AsSpan().Clear();
            pair.Far.Input.AdvanceTo(record.End);
        }

        await write;

        async Task WriteRecordsAsync()
        {
            for (int i = 0; i < records; i++)
            {
                Span<byte> record = pair.Near.Output.GetSpan(size)[..size];
                record.Fill((byte)i);
                BinaryPrimitives.WriteUInt16BigEndian(record, size - 2);
                pair.Near.Output.Advance(size);
                await pair.Near.Output.FlushAsync(token);
            }
        }
    }

    [Test]
    public async Task Write_ManyPiecesBeforeAFlush_AreSentInOrder(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        long place = 0;
        for (int size = 1; size < 3_000; size += 7)
        {
            Traffic.Fill(pair.Near.Output.GetSpan(size)[..size], place);
            pair.Near.Output.Advance(size);
            place += size;
            pair.Near.Output.UnflushedBytes.Should().Be(place);
        }

        Task read = Traffic.ReadAsync(pair.Far.Input, place, token);
        await pair.Near.Output.FlushAsync(token);
        pair.Near.Output.UnflushedBytes.Should().Be(0);
        await read;
    }

    [Test]
    public async Task Complete_Output_HalfClosesAndTheOtherWayGoesOn(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        "last"u8.CopyTo(pair.Near.Output.GetSpan(4));
        pair.Near.Output.Advance(4);
        await pair.Near.Output.CompleteAsync();

        (await Traffic.TakeAsync(pair.Far.Input, 4, token)).Should().Equal("last"u8.ToArray());
        ReadResult end = await pair.Far.Input.ReadAsync(token);
        end.IsCompleted.Should().BeTrue();
        end.Buffer.IsEmpty.Should().BeTrue();
        await pair.Far.Output.WriteAsync("still"u8.ToArray(), token);
        (await Traffic.TakeAsync(pair.Near.Input, 5, token)).Should().Equal("still"u8.ToArray());
        pair.Near.Output.Invoking(o => { o.GetMemory(); }).Should().Throw<InvalidOperationException>();
    }

    [Test]
    public async Task Read_EndInsideARecord_IsCompletedWithWhatCame(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await pair.Near.Output.WriteAsync("ab"u8.ToArray(), token);
        await pair.Near.Output.CompleteAsync();

        ReadResult result = await pair.Far.Input.ReadAtLeastAsync(100, token);

        result.IsCompleted.Should().BeTrue();
        result.Buffer.ToArray().Should().Equal("ab"u8.ToArray());
        pair.Far.Input.AdvanceTo(result.Buffer.End);
    }

    [Test]
    public async Task Read_ExaminedButNotConsumed_WaitsForMore(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await pair.Near.Output.WriteAsync("a"u8.ToArray(), token);
        ReadResult result = await pair.Far.Input.ReadAsync(token);
        pair.Far.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        ValueTask<ReadResult> pending = pair.Far.Input.ReadAsync(token);
        pending.IsCompleted.Should().BeFalse();

        await pair.Near.Output.WriteAsync("b"u8.ToArray(), token);

        result = await pending;
        result.Buffer.ToArray().Should().Equal("ab"u8.ToArray());
        pair.Far.Input.AdvanceTo(result.Buffer.Start);
        pair.Far.Input.TryRead(out result).Should().BeTrue();
        result.Buffer.Length.Should().Be(2);
        pair.Far.Input.AdvanceTo(result.Buffer.End);
    }

    [Test]
    public async Task TryRead_NothingThere_IsFalseAndHoldsNothing(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);

        pair.Far.Input.TryRead(out _).Should().BeFalse();

        pair.FarPool.Count.Should().Be(0);
    }

    [Test]
    public async Task ReadAtLeast_MoreThanABlockHolds_Throws(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);

        Func<Task> read = async () => await pair.Far.Input.ReadAtLeastAsync(131_073, token);

        await read.Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Test]
    public async Task EndPoints_BothEnds_NameEachOther(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);

        pair.Near.RemoteEndPoint.Should().Be(pair.Far.LocalEndPoint);
        pair.Far.RemoteEndPoint.Should().Be(pair.Near.LocalEndPoint);
        pair.Far.RemoteEndPoint.Should().BeOfType<IPEndPoint>().Which.AddressFamily.Should().Be(AddressFamily.InterNetwork);
    }

    private static async Task EchoAsync(IP2pTransportConnection connection, CancellationToken token)
    {
        while (true)
        {
            ReadResult result = await connection.Input.ReadAsync(token);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                connection.Output.Write(segment.Span);
            connection.Input.AdvanceTo(result.Buffer.End);
            await connection.Output.FlushAsync(token);
            if (result.IsCompleted)
                break;
        }

        await connection.Output.CompleteAsync();
    }
}
