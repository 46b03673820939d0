using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

/// <summary>How one connection ends: once, with one reason, and within a second.</summary>
internal sealed class CloseTests
{
    [Test]
    public async Task Close_PeerAnswers_EndsWithoutWaitingForTheLinger()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        bench.Connection.Close(P2pReason.Requested, CloseCode.Normal).Should().BeTrue();
        (await bench.Far.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [0]));
        (await bench.Far.ReadAsync()).Should().BeNull();
        bench.Running.IsCompleted.Should().BeFalse();
        await bench.Far.HalfCloseAsync();

        (await bench.Running.Soon()).Should().Be(P2pReason.Requested);
        bench.Clock.ArmedTimers.Should().Be(0, "the linger's timer goes with it");
        bench.Settings.Live.Snapshot().Should().BeEmpty();
    }

    [Test]
    public async Task Close_PeerNeverCloses_IsAbortedAfterOneSecond()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        bench.Connection.Close(P2pReason.Requested, CloseCode.Normal);
        await bench.Far.ReadAsync();

        bench.Clock.Advance(TimeSpan.FromSeconds(0.999));
        bench.Running.IsCompleted.Should().BeFalse();
        bench.Clock.Advance(TimeSpan.FromSeconds(0.001));

        (await bench.Running.Soon()).Should().Be(P2pReason.Requested);
        bench.Clock.ArmedTimers.Should().Be(0);
    }

    [Test]
    public async Task Close_PeerGoesOnSending_IsDiscardedAndAbortedAllTheSame()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        bench.Connection.Close(P2pReason.Requested, CloseCode.Normal);
        await bench.Far.ReadAsync();
        long bytesIn = bench.Connection.BytesIn;

        for (int i = 0; i < 100; i++)
            await bench.Far.SendAsync(FrameKind.FirstExtension, new byte[10_000]);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));

        (await bench.Running.Soon()).Should().Be(P2pReason.Requested);
        bench.Connection.BytesIn.Should().Be(bytesIn, "no record is opened any more");
    }

    [Test]
    public async Task Close_FlushThatNeverEnds_IsAbortedAfterOneSecond()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        var never = new TaskCompletionSource();
        bench.BeforeFlush = () => never.Task;
        await bench.Far.SendAsync(FrameKind.Ping, RawEnd.Token(1));
        await bench.Near.Reads.TakenAsync(28);

        bench.Connection.Close(P2pReason.Requested, CloseCode.Normal);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        never.SetException(new IOException("aborted"));

        (await bench.Running.Soon()).Should().Be(P2pReason.Requested);
        bench.Settings.Budget.Used.Should().Be(0);
    }

    [Test]
    public async Task Close_Twice_TheFirstReasonStands()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        bench.Connection.Close(P2pReason.Requested, CloseCode.Normal).Should().BeTrue();
        bench.Connection.Close(P2pReason.ShuttingDown, CloseCode.ShuttingDown).Should().BeFalse();
        bench.Connection.Abort(P2pReason.Lost);

        (await bench.Running.Soon()).Should().Be(P2pReason.Requested);
        bench.Observer.Told.Should().Equal("closing Requested");
        bench.Log.Texts.Count(line => line.Contains("closes", StringComparison.Ordinal)).Should().Be(1);
    }

    [Test]
    public async Task Close_FromManyThreadsAtOnce_IsToldOnce()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        using var together = new Barrier(8);

        bool[] began = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return bench.Connection.Close(i % 2 == 0 ? P2pReason.Requested : P2pReason.Replaced, CloseCode.Normal);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning, // threads of their own: the pool would start eight one by one
            TaskScheduler.Default))).Soon();

        began.Should().ContainSingle(first => first);
        bench.Observer.Told.Should().ContainSingle();
        await bench.Far.HalfCloseAsync();
        await bench.Running.Soon();
    }

    [Test]
    public async Task Abort_Always_EndsAtOnceWithoutTheClock()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        bench.Connection.Abort(P2pReason.HandshakeTimeout);

        (await bench.Running.Soon()).Should().Be(P2pReason.HandshakeTimeout);
        (await bench.Far.ReadAsync()).Should().BeNull();
        bench.Clock.ArmedTimers.Should().Be(0);
    }

    [Test]
    public async Task Reject_Always_IsTheOnlyFrame()
    {
        await using var bench = new ConnectionBench();

        bench.Connection.Reject(RejectCode.Full, P2pReason.PeerLimit);
        bench.Run();
        await bench.Far.SendAsync(FrameKind.Ping, RawEnd.Token(1));

        (await bench.Far.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [1]));
        (await bench.Far.ReadAsync()).Should().BeNull();
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        (await bench.Running.Soon()).Should().Be(P2pReason.PeerLimit);
        bench.Connection.BytesIn.Should().Be(0);
    }

    [Test]
    public async Task Send_TransportThatThrows_EndsTheConnectionWithOneReason()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        bench.BeforeFlush = () => throw new InvalidOperationException("a transport of its own kind");

        await bench.Far.SendAsync(FrameKind.Ping, RawEnd.Token(1));

        (await bench.Running.Soon()).Should().Be(P2pReason.Lost);
        bench.Observer.Told.Should().Equal("closing Lost");
        bench.Log.Texts.Should().ContainSingle(line => line.StartsWith("Sending failed", StringComparison.Ordinal));
    }

    [Test]
    public async Task SendReady_TransportThatThrows_IsFalse()
    {
        await using var bench = new ConnectionBench();
        bench.BeforeFlush = () => throw new IOException("reset");

        (await bench.Connection.SendReadyAsync(RawPeer.Introduce("near")).Soon()).Should().BeFalse();
        bench.Run();

        (await bench.Running.Soon()).Should().Be(P2pReason.Lost);
    }
}
