using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

/// <summary>Life signs of one connection (docs/security.md, rows 3, 4, 15 and 18): the test moves the clock and looks.</summary>
internal sealed class HeartbeatTests
{
    [Test]
    public async Task Tick_SilenceOfThePingInterval_PingsOnceAnInterval()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        AdvanceAndTick(bench, 4.9);
        long before = bench.Connection.BytesOut;
        AdvanceAndTick(bench, 0.1);
        AdvanceAndTick(bench, 1);

        bench.Connection.BytesOut.Should().BeGreaterThan(before);
        RawFrame ping = (await bench.Far.ReadAsync())!;
        ping.Kind.Should().Be(FrameKind.Ping);
        long after = bench.Connection.BytesOut;
        AdvanceAndTick(bench, 3.9);
        bench.Connection.BytesOut.Should().Be(after, "the interval since the last ping is not over");
        AdvanceAndTick(bench, 0.1);
        (await bench.Far.ReadAsync())!.Token().Should().NotBe(ping.Token());
    }

    [Test]
    public async Task Tick_FramesComeAndNothingIsSent_PingsOnceAnIntervalSoThatThePeerHearsOfLife()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        ulong last = 0;

        for (int interval = 0; interval < 3; interval++)
        {
            for (int second = 0; second < 5; second++)
            {
                AdvanceAndTick(bench, 1);
                await HearAsync(bench);
            }

            RawFrame ping = (await bench.Far.ReadAsync())!;
            ping.Kind.Should().Be(FrameKind.Ping);
            ping.Token().Should().Be(++last, "there is one an interval");
        }

        bench.Observer.Told.Should().BeEmpty();
    }

    [Test]
    public async Task Tick_FramesComeAndAreAnswered_NeverPings()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        for (int i = 0; i < 20; i++)
        {
            AdvanceAndTick(bench, 3);
            await bench.EchoAsync((ulong)i); // would meet a Ping of the node first and fail to match
            bench.Connection.Reason.Should().Be(P2pReason.None);
        }

        bench.Observer.Told.Should().BeEmpty();
    }

    [Test]
    public async Task Tick_FifteenSecondsOfSilence_IsStaleUntilAnyFrameComes()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        AdvanceAndTick(bench, 14.999);
        bench.Observer.Told.Should().BeEmpty();
        AdvanceAndTick(bench, 0.001);
        AdvanceAndTick(bench, 1);
        bench.Observer.Told.Should().Equal("stale");
        await bench.Far.SendAsync(FrameKind.Pong, RawEnd.Token(999));
        await bench.EchoAsync();

        bench.Observer.Told.Should().Equal("stale", "alive");
        AdvanceAndTick(bench, 14);
        bench.Observer.Told.Should().HaveCount(2);
    }

    [Test]
    public async Task Tick_ThirtySecondsOfSilence_SaysCloseStaleAndEndsWithThatReason()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        AdvanceAndTick(bench, 29.999);
        bench.Connection.Reason.Should().Be(P2pReason.None);
        AdvanceAndTick(bench, 0.001);

        bench.Connection.Reason.Should().Be(P2pReason.Stale);
        RawFrame? frame;
        do
            frame = await bench.Far.ReadAsync();
        while (frame is { Kind: FrameKind.Ping });
        frame!.Kind.Should().Be(FrameKind.Close);
        frame.Body.Should().Equal((byte)CloseCode.Stale);
        await bench.Far.HalfCloseAsync();
        (await bench.Running.Soon()).Should().Be(P2pReason.Stale);
    }

    [Test]
    public async Task Pong_OfThePing_GivesTheRoundTripAndTheShortest()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        bench.Connection.Pulse.Rtt.Should().BeNull();

        foreach (int milliseconds in (int[])[120, 40, 90])
        {
            AdvanceAndTick(bench, 5);
            RawFrame ping = (await bench.Far.ReadAsync())!;
            bench.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await bench.Far.SendAsync(FrameKind.Pong, ping.Body);
            await bench.EchoAsync();
            bench.Connection.Pulse.Rtt.Should().Be(TimeSpan.FromMilliseconds(milliseconds));
        }

        bench.Connection.Pulse.RttMin.Should().Be(TimeSpan.FromMilliseconds(40));
    }

    [Test]
    public async Task Pong_NobodyAskedFor_IsIgnored()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        await bench.Far.SendAsync(FrameKind.Pong, RawEnd.Token(0));
        await bench.Far.SendAsync(FrameKind.Pong, RawEnd.Token(1));
        await bench.EchoAsync();
        AdvanceAndTick(bench, 5);
        RawFrame ping = (await bench.Far.ReadAsync())!;
        await bench.Far.SendAsync(FrameKind.Pong, RawEnd.Token(ping.Token() + 1));
        await bench.EchoAsync();

        bench.Connection.Pulse.Rtt.Should().BeNull();
        bench.Connection.Reason.Should().Be(P2pReason.None);
    }

    [Test]
    public async Task Pong_SentTwice_IsMeasuredOnce()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        AdvanceAndTick(bench, 5);
        RawFrame ping = (await bench.Far.ReadAsync())!;

        await bench.Far.SendAsync(FrameKind.Pong, ping.Body);
        await bench.EchoAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        await bench.Far.SendAsync(FrameKind.Pong, ping.Body);
        await bench.EchoAsync();

        bench.Connection.Pulse.Rtt.Should().Be(TimeSpan.Zero);
    }

    [TestCase(-1)]
    [TestCase(3652)]
    public async Task Tick_WallClockJumps_ChangesNothing(int days)
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        AdvanceAndTick(bench, 5);
        RawFrame ping = (await bench.Far.ReadAsync())!;

        bench.Clock.JumpWallClock(TimeSpan.FromDays(days));
        bench.Connection.Tick();
        bench.Clock.Advance(TimeSpan.FromMilliseconds(30));
        await bench.Far.SendAsync(FrameKind.Pong, ping.Body);
        await bench.EchoAsync();
        bench.Clock.JumpWallClock(TimeSpan.FromDays(days));
        AdvanceAndTick(bench, 4.9);

        bench.Connection.Pulse.Rtt.Should().Be(TimeSpan.FromMilliseconds(30));
        bench.Connection.Reason.Should().Be(P2pReason.None);
        bench.Observer.Told.Should().BeEmpty();
    }

    [Test]
    public async Task Tick_RecordBegunAndNotCompleted_ClosesAfterTheFrameTimeoutHoweverItDrips()
    {
        // Longer silences than the frame's time, so that it is the frame that ends it.
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync(Patient);
        byte[] record = bench.Far.Seal(RawEnd.Frame(FrameKind.FirstExtension, new byte[100]));

        await bench.Far.SendBytesAsync(record.AsMemory(0, 1));
        await bench.Near.Reads.SeenAsync(1);
        for (int i = 1; i < 30; i++)
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            await bench.Far.SendBytesAsync(record.AsMemory(i, 1));
        }

        bench.Clock.Advance(TimeSpan.FromSeconds(0.999));
        bench.Connection.Tick();
        bench.Connection.Reason.Should().Be(P2pReason.None);
        AdvanceAndTick(bench, 0.001);

        bench.Connection.Reason.Should().Be(P2pReason.Overload);
        bench.Limits.Rejections(NodeLimit.FrameTimeout).Should().Be(1);
    }

    [Test]
    public async Task Tick_FrameOverManyRecords_ClosesAfterTheFrameTimeoutWhateverElseIsComplete()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync(Patient);
        byte[] frame = RawEnd.Frame(FrameKind.FirstExtension, new byte[60_000]);

        for (int i = 0; i < 30; i++)
        {
            long before = bench.Connection.BytesIn;
            await bench.Far.SendBytesAsync(bench.Far.Seal(frame.AsSpan(i * 100, 100)));
            await bench.Near.Reads.TakenAsync(before + 118);
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        bench.Connection.Tick();

        bench.Connection.Reason.Should().Be(P2pReason.Overload, "each record was complete in time, the frame was not");
    }

    [Test]
    public async Task Tick_FramesCompletedOneAfterTheOther_NeverClosesThoughOneIsAlwaysOpen()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync(Patient);
        byte[] frame = RawEnd.Frame(FrameKind.Pong, RawEnd.Token(1));

        // Each record ends one frame and begins the next.
        await bench.Far.SendBytesAsync(bench.Far.Seal(frame.AsSpan(0, 5)));
        for (int i = 0; i < 60; i++)
        {
            long before = bench.Connection.BytesIn;
            await bench.Far.SendBytesAsync(bench.Far.Seal([.. frame[5..], .. frame[..5]]));
            await bench.Near.Reads.TakenAsync(before + 28);
            AdvanceAndTick(bench, 1);
            bench.Connection.Reason.Should().Be(P2pReason.None);
        }
    }

    [Test]
    public async Task Tick_PeerTakesNothing_AbortsAfterTheSendTimeout()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync(options =>
        {
            Patient(options);
            options.Limits.SendTimeout = TimeSpan.FromSeconds(20);
        });
        // The far end stops reading: pings are answered until the pipe is full, and one flush stays behind.
        await FillAsync(bench);

        AdvanceAndTick(bench, 19.999);
        bench.Connection.Reason.Should().Be(P2pReason.None);
        AdvanceAndTick(bench, 0.001);

        bench.Connection.Reason.Should().Be(P2pReason.Overload);
        bench.Limits.Rejections(NodeLimit.SendTimeout).Should().Be(1);
        (await bench.Running.Soon()).Should().Be(P2pReason.Overload);
        bench.Settings.Budget.Used.Should().Be(0);
    }

    private static void Patient(P2pNodeOptions options) =>
        (options.StaleAfter, options.CloseAfter) = (TimeSpan.FromHours(1), TimeSpan.FromHours(2));

    private static void AdvanceAndTick(ConnectionBench bench, double seconds)
    {
        bench.Clock.Advance(TimeSpan.FromSeconds(seconds));
        bench.Connection.Tick();
    }

    // A frame that needs no answer, and was taken.
    private static async Task HearAsync(ConnectionBench bench)
    {
        await bench.Far.SendAsync(FrameKind.Pong, RawEnd.Token(999));
        await Waiting.UntilAsync(() => bench.Connection.Pulse.LastFrame == bench.Clock.GetTimestamp());
    }

    // Each Ping is answered by a Pong of 28 bytes, which nobody reads.
    private static async Task FillAsync(ConnectionBench bench)
    {
        ulong token = 0;
        while (!bench.Near.Stuck.IsCompleted)
        {
            long before = bench.Connection.BytesIn;
            byte[] pings = [.. Enumerable.Range(0, 20).SelectMany(_ => bench.Far.Seal(RawEnd.Frame(FrameKind.Ping, RawEnd.Token(token++))))];
            await bench.Far.SendBytesAsync(pings);
            await bench.Near.Reads.TakenAsync(before + pings.Length);
        }
    }
}
