using System.Runtime;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Rows 2 and 7 of docs/security.md: what is claimed costs nothing, what has come costs one block of the pool.</summary>
[TestFixture]
public sealed class MemoryTests
{
    private const int Block = 4_096;

    // What else the process allocates meanwhile: tasks, buffers of the test's own sockets.
    private const long Slack = 512 * 1024;

    [Test]
    public async Task Pending_LargestFinishAndOneByte_CostsABlockEach()
    {
        const int pending = 64;
        var pool = new BlockPool();
        await using var node = await TestNode.StartAsync(
            options => options.Limits.PendingHandshakes = pending,
            builder => builder.AddTransport(new TcpTransport(pool)));
        var peers = await OpenAsync(node, pending, async peer =>
        {
            await peer.SendHelloAsync();
            await peer.ReadAckAsync();
        });
        await pool.EmptiesAsync(); // a silent connection holds no block
        var before = Measure();

        foreach (var peer in peers)
            await peer.SendRawAsync(new byte[] { 16, 0, 3 });
        await pool.ReachesAsync(pending);

        pool.Bytes.Should().BeLessThanOrEqualTo(pending * Block);
        (Measure() - before).Should().BeLessThan((pending * Block) + Slack);
        node.Status.LimitRejections["pending_handshakes"].Should().Be(0);
        Dispose(peers);
    }

    [Test]
    public async Task Pending_AllButTheLastByteOfTheLargestFinish_StaysUnderTheCap()
    {
        const int pending = 64;
        var pool = new BlockPool();
        await using var node = await TestNode.StartAsync(build: builder => builder.AddTransport(new TcpTransport(pool)));
        var peers = await OpenAsync(node, pending, async peer =>
        {
            await peer.SendHelloAsync();
            await peer.ReadAckAsync();
        });

        byte[] allButOne = [16, 0, 3, .. new byte[4_094]];
        foreach (var peer in peers)
            await peer.SendRawAsync(allButOne);
        await pool.ReachesAsync(pending);

        pool.Bytes.Should().BeLessThanOrEqualTo(pending * 2 * Block).And.BeLessThanOrEqualTo(1024 * 1024);
        Dispose(peers);
    }

    [Test]
    public async Task Established_LargestRecordAndOneByte_CostsABlockEach()
    {
        const int established = 200;
        var pool = new BlockPool();
        await using var node = await TestNode.StartAsync(build: builder => builder.AddTransport(new TcpTransport(pool)));
        var peers = await OpenAsync(node, established, peer => peer.HandshakeAsync());
        await node.UntilAsync(() => node.Connected.Count == established);
        await pool.EmptiesAsync(); // a silent connection holds no block
        var before = Measure();

        foreach (var peer in peers)
            await peer.SendRawAsync(new byte[] { 255, 255, 1 });
        await pool.ReachesAsync(established);

        pool.Bytes.Should().BeLessThanOrEqualTo(established * Block);
        (Measure() - before).Should().BeLessThan((established * Block) + Slack);
        node.Connected.Should().HaveCount(established);
        Dispose(peers);
    }

    [TestCase(ReferencePeerFrame.Ready, 0x80, 0x18, null)]
    [TestCase(ReferencePeerFrame.FirstExtension, 0x80, 0x80, 0x04)]
    public async Task Established_LargestFrameAndOneByte_CostsABlockEach(int kind, int first, int second, int? third)
    {
        const int established = 200;
        await using var node = await TestNode.StartAsync();
        var peers = await OpenAsync(node, established, peer => peer.HandshakeAsync());
        await node.UntilAsync(() => node.Connected.Count == established);
        var before = Measure();

        // Ready is the largest whose body the node gathers; the Ping before it shows that the record was opened.
        byte[] length = [(byte)first, (byte)second, .. third is { } more ? new[] { (byte)more } : []];
        byte[] plaintext = [.. new ReferencePeerFrame(ReferencePeerFrame.Ping, new byte[8]).Encode(), (byte)kind, .. length, (byte)'{'];
        foreach (var peer in peers)
            await peer.SendRecordAsync(plaintext);
        foreach (var peer in peers)
            await peer.ReadUntilAsync(ReferencePeerFrame.Pong);

        (Measure() - before).Should().BeLessThan((established * Block) + Slack);
        node.Connected.Should().HaveCount(established);
        Dispose(peers);
    }

    private static async Task<List<ReferencePeer>> OpenAsync(TestNode node, int count, Func<ReferencePeer, Task> begin)
    {
        var peers = new List<ReferencePeer>();
        for (var opened = 0; opened < count; opened++)
        {
            var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
            await begin(peer);
            peers.Add(peer);
        }

        return peers;
    }

    private static long Measure()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Dispose(List<ReferencePeer> peers) => peers.ForEach(peer => peer.Dispose());
}
