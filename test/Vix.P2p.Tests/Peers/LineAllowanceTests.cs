using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>How many lines one peer may cause (docs/security.md, row 16).</summary>
internal sealed class LineAllowanceTests
{
    [Test]
    public void TryTake_Burst_IsTwentyAndThenOneInSixSeconds()
    {
        var clock = new ManualTimeProvider();
        var allowance = new LineAllowance();

        Taken(100).Should().Be(20);
        clock.Advance(TimeSpan.FromSeconds(5.9));
        Taken(10).Should().Be(0);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Taken(10).Should().Be(1);
        clock.Advance(TimeSpan.FromDays(365));
        Taken(100).Should().Be(20);

        int Taken(int times) => Enumerable.Range(0, times).Count(_ => allowance.TryTake(clock));
    }

    [Test]
    public async Task Peer_ComesAndGoesAHundredTimes_WritesFewLinesAtInformation()
    {
        await using var net = new TestNetwork();
        await net.StartAsync("a");
        for (int i = 0; i < 100; i++)
        {
            await using RawPeer peer = await RawPeer.ConnectAsync(net.Transport, "a", TestNetwork.Port, net.Identity("peer"));
            await peer.End.ReadAsync();
        }

        net.Log.Lines.Count(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Information).Should().BeLessThan(50);
    }
}
