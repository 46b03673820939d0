using System.IO.Pipelines;
using System.Security.Cryptography;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>What an application does with streams when all goes well.</summary>
internal sealed class StreamsTests
{
    [Test]
    public async Task Stream_WrittenBothWays_CarriesBytesAndEnds()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();

        await near.WriteAsync(new byte[] { 1, 2, 3 }).Soon();
        await near.CompleteWritesAsync().Soon();
        byte[] there = await ReadAllAsync(far.Stream);
        await far.Stream.WriteAsync(new byte[] { 4, 5 }).Soon();
        far.Return();
        byte[] back = await ReadAllAsync(near);

        there.Should().Equal(1, 2, 3);
        back.Should().Equal(4, 5);
        far.Context.Peer.Id.Should().Be(bench.IdOfA);
        (far.Context.Protocol, near.Protocol, far.Stream.Protocol).Should().Be((StreamBench.Protocol, StreamBench.Protocol, StreamBench.Protocol));
        near.Peer.Id.Should().Be(bench.IdOfB);
        await near.DisposeAsync().Soon();
        await bench.QuietAsync();
    }

    [Test]
    public async Task Stream_OpenedByTheNodeThatWasDialled_CarriesBytesToo()
    {
        await using StreamBench bench = await StreamBench.StartAsync();

        await using P2pStream near = await bench.B.OpenStreamAsync(bench.IdOfA, StreamBench.Protocol).Soon();
        StreamServing far = await bench.ServedAsync();
        await near.WriteAsync(new byte[] { 9 }).Soon();

        (await far.Stream.ReadAsync(new byte[10]).Soon()).Should().Be(1);
        far.Context.Peer.Id.Should().Be(bench.IdOfB);
    }

    [Test]
    public async Task CompleteWrites_OnOneSide_LeavesTheOtherDirectionOpen()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();

        await near.CompleteWritesAsync().Soon();
        await near.CompleteWritesAsync().Soon();
        (await far.Stream.ReadAsync(new byte[1]).Soon()).Should().Be(0);
        (await far.Stream.ReadAsync(new byte[1]).Soon()).Should().Be(0, "the end stays");
        for (byte i = 0; i < 10; i++)
        {
            await far.Stream.WriteAsync(new[] { i }).Soon();
            byte[] one = new byte[1];
            (await near.ReadAsync(one).Soon()).Should().Be(1);
            one[0].Should().Be(i);
        }

        Func<Task> write = () => near.WriteAsync(new byte[1]).Soon();
        await write.Should().ThrowAsync<InvalidOperationException>().WithMessage("*complete*");
    }

    [Test]
    public async Task Stream_TenMegabytesBothWaysAtOnce_ArriveAsTheyWere()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        byte[] there = RandomNumberGenerator.GetBytes(10_000_000);
        byte[] back = RandomNumberGenerator.GetBytes(10_000_000);

        Task<byte[]> hashThere = HashAsync(far.Stream);
        Task<byte[]> hashBack = HashAsync(near);
        await Task.WhenAll(WriteAllAsync(near, there, 70_001), WriteAllAsync(far.Stream, back, 1_000_003)).Soon();

        (await hashThere.Soon()).Should().Equal(SHA256.HashData(there));
        (await hashBack.Soon()).Should().Equal(SHA256.HashData(back));
        far.Return();
        await near.DisposeAsync().Soon();
        await bench.QuietAsync();
    }

    [Test]
    public async Task Stream_AsPipes_CarriesLines()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        var writer = PipeWriter.Create(near, new StreamPipeWriterOptions(leaveOpen: true));
        var reader = PipeReader.Create(far.Stream);

        Task writing = WriteAsync();
        long length = 0;
        while (await reader.ReadAsync().Soon() is { Buffer.Length: > 0 } read)
        {
            length += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
        }

        length.Should().Be(100_000);
        await writing.Soon();
        await reader.CompleteAsync().Soon();
        far.Return();
        await near.DisposeAsync().Soon();
        await bench.QuietAsync();

        async Task WriteAsync()
        {
            for (int i = 0; i < 100; i++)
                await writer.WriteAsync(new byte[1000]);
            await writer.CompleteAsync();
            await near.CompleteWritesAsync();
        }
    }

    [Test]
    public async Task Stream_ByItsBlockingMembers_CarriesBytes()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();

        byte[] read = new byte[5];
        int got = await Task.Run(() =>
        {
            near.Write([1, 2, 3], 1, 2);
            near.Write([4]);
            near.WriteByte(5);
            near.Flush();
            near.Dispose();
            using var all = new MemoryStream();
            far.Stream.CopyTo(all);
            all.ToArray().CopyTo(read, 0);
            return (int)all.Length;
        }).Soon();

        got.Should().Be(4);
        read.Should().Equal(2, 3, 4, 5, 0);
        Func<int> use = () => near.Read(new byte[1], 0, 1);
        use.Should().Throw<ObjectDisposedException>();
        (near.CanRead, near.CanWrite, near.CanSeek).Should().Be((false, false, false));
    }

    [Test]
    public async Task Write_WhenNobodyReads_WaitsAndHoldsUpNothingElse()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        (P2pStream other, StreamServing otherFar) = await bench.OpenAsync();

        await near.WriteAsync(new byte[StreamBench.Window]).Soon();
        Task waits = near.WriteAsync(new byte[1]).AsTask();
        await other.WriteAsync(new byte[1000]).Soon();
        await otherFar.Stream.ReadExactlyAsync(new byte[1000]).Soon();
        await bench.A.SendAsync(bench.IdOfB, StreamBench.Protocol, new byte[] { 5 }).Soon();
        (await bench.Messages.Reader.ReadAsync().Soon()).Should().Equal(5);

        waits.IsCompleted.Should().BeFalse("the window is full");
        bench.SettingsOfB.Received.Used.Should().Be(StreamBench.Window);
        await far.Stream.ReadExactlyAsync(new byte[StreamBench.Window + 1]).Soon();
        await waits.Soon();
        bench.SettingsOfB.Received.Used.Should().Be(0);
    }

    [Test]
    public async Task Read_AndWrite_OneAtATimeEach()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        Task<int> reading = near.ReadAsync(new byte[1]).AsTask();
        await near.WriteAsync(new byte[StreamBench.Window]).Soon();
        Task writing = near.WriteAsync(new byte[1]).AsTask();

        Func<Task> read = () => near.ReadAsync(new byte[1]).Soon();
        Func<Task> write = () => near.WriteAsync(new byte[1]).Soon();
        Func<Task> complete = () => near.CompleteWritesAsync().Soon();

        await read.Should().ThrowAsync<InvalidOperationException>();
        await write.Should().ThrowAsync<InvalidOperationException>();
        await complete.Should().ThrowAsync<InvalidOperationException>();
        await far.Stream.ReadExactlyAsync(new byte[StreamBench.Window + 1]).Soon();
        await far.Stream.WriteAsync(new byte[1]).Soon();
        await writing.Soon();
        (await reading.Soon()).Should().Be(1);
    }

    [Test]
    public async Task Write_OfNothing_SendsNothing()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        await near.WriteAsync(new byte[StreamBench.Window]).Soon();

        await near.WriteAsync(default).Soon();
        await near.FlushAsync().Soon();

        (await far.Stream.ReadAsync(default).Soon()).Should().Be(0, "there is something to read");
        (await far.Stream.ReadAtLeastAsync(new byte[2 * StreamBench.Window], StreamBench.Window).Soon()).Should().Be(StreamBench.Window);
    }

    [Test]
    public async Task Read_OfNothing_WaitsForSomething()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();

        Task<int> reading = near.ReadAsync(default).AsTask();
        reading.IsCompleted.Should().BeFalse();
        await far.Stream.WriteAsync(new byte[] { 8 }).Soon();

        (await reading.Soon()).Should().Be(0);
        byte[] one = new byte[1];
        (await near.ReadAsync(one).Soon()).Should().Be(1);
        one.Should().Equal(8);
    }

    [Test]
    public async Task Read_IntoMemoryThatIsNoArray_TakesTheBytes()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        using System.Buffers.MemoryManager<byte> opaque = new OpaqueMemory(10);

        Task<int> reading = near.ReadAsync(opaque.Memory).AsTask();
        await far.Stream.WriteAsync(new byte[] { 8, 9 }).Soon();

        (await reading.Soon()).Should().Be(2);
        opaque.Memory.Span[..2].ToArray().Should().Equal(8, 9);
    }

    internal static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all).Soon();
        return all.ToArray();
    }

    private static async Task WriteAllAsync(P2pStream stream, byte[] bytes, int piece)
    {
        for (int at = 0; at < bytes.Length; at += piece)
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)));
        await stream.CompleteWritesAsync();
    }

    private static Task<byte[]> HashAsync(Stream stream) => SHA256.HashDataAsync(stream).AsTask();
}
