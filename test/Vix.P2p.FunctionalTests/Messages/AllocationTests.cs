using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Messages;

/// <summary>A message costs no allocation in steady state, sender, receiver and everything between counted together.</summary>
[TestFixture]
[NonParallelizable]
public sealed class AllocationTests
{
    private const int Messages = 100_000;

    // For all that the process does meanwhile, and for what happens once a record: in a debug build the state of an async
    // method is an object. A single object a message would be at least 24 bytes, six times that.
    private const long Slack = 4 * Messages;

    [TestCase(32)]
    [TestCase(1_024)]
    public async Task SendAsync_SteadyState_AllocatesNothingOnEitherSide(int size)
    {
        int received = 0;
        int expected = 0;
        var all = new SemaphoreSlim(0);
        await using var sender = await TestNode.StartAsync(options => options.NodeId = "sender");
        await using var receiver = await TestNode.StartAsync(
            options => options.NodeId = "receiver",
            builder => builder.AddProtocol("bench/1", protocol => protocol.OnMessage(_ =>
            {
                if (++received == Volatile.Read(ref expected))
                    all.Release();
                return ValueTask.CompletedTask;
            })));
        await sender.ConnectAsync(receiver);
        PeerId to = receiver.Id;
        byte[] payload = new byte[size];
        await SendAsync();
        await SendAsync();

        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > Slack; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await SendAsync();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        TestContext.Out.WriteLine($"{least} bytes for {Messages} messages of {size} bytes");
        least.Should().BeLessThan(Slack);

        async Task SendAsync()
        {
            Volatile.Write(ref expected, received + Messages);
            for (int i = 0; i < Messages; i++)
                await sender.Node.SendAsync(to, "bench/1", payload);
            await all.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }
}
