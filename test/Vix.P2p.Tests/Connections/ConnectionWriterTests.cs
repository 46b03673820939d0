using System.Buffers.Binary;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Records;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Tests.Connections;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConnectionWriterTests : IAsyncDisposable, IWriterOwner
{
    private static readonly byte[] Key = new byte[32];

    private readonly ConnectionSettings _settings;
    private readonly RawEnd _far;
    private readonly ConnectionWriter _writer;
    private int _failures;
    private Action _whenFailed = () => { };
    private Func<Task> _beforeFlush = () => Task.CompletedTask;

    public ConnectionWriterTests()
    {
        var options = new P2pNodeOptions();
        var log = new LogSink();
        _settings = new ConnectionSettings(options, new LimitBoard(options, "P2p", log.CreateLogger("Vix.P2p")), new ManualTimeProvider(), log.CreateLogger("Vix.P2p"));
        (MemoryConnection near, MemoryConnection far) = MemoryConnection.CreatePair(new DnsEndPoint("near", 1), new DnsEndPoint("far", 1));
        using var keys = new SessionKeys(Key, Key);
        _far = new RawEnd(far, keys);
        _writer = new ConnectionWriter(new HookedConnection(near, () => _beforeFlush()).Output, new RecordSealer(Key), _settings, this);
    }

    public async ValueTask DisposeAsync()
    {
        await _far.DisposeAsync();
        await _writer.EndAsync().Soon();
        _writer.Dispose();
    }

    void IWriterOwner.SendingFailed()
    {
        _failures++;
        _whenFailed();
    }

    [Test]
    public async Task TrySend_ManyProducers_EveryFrameArrivesOnceAndInOrderOfItsProducer()
    {
        const int Producers = 8;
        const int Each = 2_000;
        int writing = 0;
        int most = 0;
        _beforeFlush = async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref writing));
            await Task.Yield();
            Interlocked.Decrement(ref writing);
        };
        Task[] producers = [.. Enumerable.Range(0, Producers).Select(producer => Task.Run(() => Produce(producer, Each)))];

        int[] next = new int[Producers];
        for (int i = 0; i < Producers * Each; i++)
        {
            RawFrame frame = (await _far.ReadAsync())!;
            int producer = BinaryPrimitives.ReadInt32BigEndian(frame.Body);
            BinaryPrimitives.ReadInt32BigEndian(frame.Body.AsSpan(4)).Should().Be(next[producer]++);
        }

        await Task.WhenAll(producers).Soon();
        (await _writer.FlushAsync().Soon()).Should().BeTrue();
        next.Should().OnlyContain(count => count == Each);
        most.Should().Be(1, "one writer at a time touches the pipe");
        _writer.QueuedBytes.Should().Be(0);
        _settings.Budget.Used.Should().Be(0);
    }

    [Test]
    public async Task TrySend_WhileAFlushIsHeldBack_JoinsTheNextBatchInOneRecord()
    {
        var release = new TaskCompletionSource();
        _beforeFlush = () => release.Task;
        _writer.TrySend(FrameKind.FirstExtension, [0]);

        for (byte i = 1; i <= 50; i++)
            _writer.TrySend(FrameKind.FirstExtension, [i]);
        _writer.Pong(1);
        _writer.Pong(2);
        release.SetResult();

        await _far.ReadRecordAsync();
        await _far.ReadRecordAsync();
        List<RawFrame> frames = [];
        for (int i = 0; i < 52; i++)
            frames.Add((await _far.ReadAsync())!);
        frames[0].Body.Should().Equal(0);
        frames[1].Should().Match<RawFrame>(pong => pong.Kind == FrameKind.Pong && pong.Token() == 2, "the newest Pong goes out, and before data");
        frames.Skip(2).Select(frame => frame.Body[0]).Should().Equal(Enumerable.Range(1, 50).Select(i => (byte)i));
    }

    [Test]
    public async Task QueuedBytes_FlushHeldBack_CountsWhatIsBeingSent()
    {
        var release = new TaskCompletionSource();
        _beforeFlush = () => release.Task;
        _writer.TrySend(FrameKind.FirstExtension, new byte[1000]);

        _writer.QueuedBytes.Should().Be(1000);
        _settings.Budget.Used.Should().Be(1000);
        _writer.FlushStarted.Should().NotBe(0);
        release.SetResult();

        (await _writer.FlushAsync().Soon()).Should().BeTrue();
        _writer.QueuedBytes.Should().Be(0);
        _settings.Budget.Used.Should().Be(0);
        _writer.FlushStarted.Should().Be(0);
    }

    [Test]
    public async Task TrySend_ReaderGone_FailsOnceAndTakesNothingMore()
    {
        _beforeFlush = () => throw new IOException("the link is down");

        _writer.TrySend(FrameKind.FirstExtension, [1]).Should().Be(SendQueueResult.Added);

        (await _writer.FlushAsync().Soon()).Should().BeFalse();
        _failures.Should().Be(1);
        _writer.FlushStarted.Should().Be(0, "no flush is under way any more");
        _writer.TrySend(FrameKind.FirstExtension, [2]).Should().Be(SendQueueResult.Ended);
        _writer.Pong(3);
        _failures.Should().Be(1);
        _settings.Budget.Used.Should().Be(0);
    }

    [Test]
    public async Task FlushAsync_SendingFails_EndsWhenTheConnectionHasItsReason()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _beforeFlush = () => held.Task;
        _writer.TrySend(FrameKind.FirstExtension, [1]);
        Task<bool> flush = _writer.FlushAsync();
        bool? over = null;
        _whenFailed = () => over = flush.IsCompleted;

        held.SetException(new IOException("the link is down"));

        (await flush.Soon()).Should().BeFalse();
        over.Should().BeFalse("whoever is told asks why");
    }

    [Test]
    public async Task FlushAsync_WhatWaitedWasDropped_IsInVain()
    {
        lock (_writer.Gate)
            _writer.Queue.Add(OutgoingFrame.Single(FrameKind.FirstExtension, default), [1], last: true);
        _writer.Drop();

        (await _writer.FlushAsync().Soon()).Should().BeFalse();
    }

    [Test]
    public async Task TrySend_QueueFull_IsTakenAgainLater()
    {
        var release = new TaskCompletionSource();
        _beforeFlush = () => release.Task;
        int added = 0;
        while (_writer.TrySend(FrameKind.FirstExtension, new byte[4_000]) == SendQueueResult.Added)
            added++;

        added.Should().Be(_settings.SendQueueBytes / 4_000);
        release.SetResult();
        for (int i = 0; i < added; i++)
            (await _far.ReadAsync())!.Body.Should().HaveCount(4_000);
        await _writer.FlushAsync().Soon();
        _writer.TrySend(FrameKind.FirstExtension, new byte[4_000]).Should().Be(SendQueueResult.Added);
        await _far.ReadAsync();
    }

    [Test]
    public async Task Close_BeforeReadyWentEitherWay_EndsWithoutAFrame()
    {
        _writer.Close(CloseCode.ShuttingDown);
        _writer.TrySend(FrameKind.Ready, [1]).Should().Be(SendQueueResult.Ended);
        await _writer.EndAsync();

        (await _far.ReadAsync()).Should().BeNull();
    }

    [Test]
    public async Task Close_AfterReadyWasQueued_FollowsIt()
    {
        _writer.TrySend(FrameKind.Ready, [1]);
        _writer.Close(CloseCode.ShuttingDown);
        await _writer.EndAsync();

        (await _far.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        (await _far.ReadAsync())!.Kind.Should().Be(FrameKind.Close);
        (await _far.ReadAsync()).Should().BeNull();
    }

    [Test]
    public async Task EndAsync_WithBytesWaiting_SendsThemAndThenTheEnd()
    {
        var release = new TaskCompletionSource();
        _beforeFlush = () => release.Task;
        _writer.Open();
        _writer.TrySend(FrameKind.FirstExtension, [1]);
        _writer.TrySend(FrameKind.FirstExtension, [2]);
        _writer.Close(CloseCode.Normal);
        Task end = _writer.EndAsync();

        end.IsCompleted.Should().BeFalse();
        release.SetResult();

        (await _far.ReadAsync())!.Body.Should().Equal(1);
        (await _far.ReadAsync())!.Body.Should().Equal(2);
        (await _far.ReadAsync())!.Kind.Should().Be(FrameKind.Close);
        (await _far.ReadAsync()).Should().BeNull();
        await end.Soon();
    }

    private void Produce(int producer, int count)
    {
        byte[] body = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(body, producer);
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(4), i);
            while (_writer.TrySend(FrameKind.FirstExtension, body) != SendQueueResult.Added)
                Thread.Yield();
        }
    }
}
