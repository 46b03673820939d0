using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

/// <summary>What goes when: who waits for what, and what a full queue holds up.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConnectionWriterTurnTests : IDisposable, IWriterOwner
{
    private const int LargestRecord = 65_535 + RecordSealer.HeaderLength;

    private readonly ConnectionSettings _settings;
    private readonly SinkWriter _sink = new();
    private readonly ConnectionWriter _writer;
    private readonly List<int> _flushes = [];
    private readonly SteppingClock _clock = new();
    private int _failures;

    public ConnectionWriterTurnTests()
    {
        var options = new P2pNodeOptions();
        var log = new LogSink();
        _settings = new ConnectionSettings(options, new LimitBoard(options, "P2p", log.CreateLogger("Vix.P2p")), _clock, log.CreateLogger("Vix.P2p"));
        _writer = new ConnectionWriter(_sink, new RecordSealer(new byte[32]), _settings, this);
        _sink.Flushed = Note;
    }

    public void Dispose() => _writer.Dispose();

    void IWriterOwner.SendingFailed() => _failures++;

    [Test]
    public void Ping_QueueFullOfRecords_WaitsForNoMoreThanTheRecordUnderWay()
    {
        Fill(10);
        _sink.Flushed = bytes =>
        {
            Note(bytes);
            if (_flushes.Count == 3)
                _writer.Ping(1);
            return true;
        };

        Run();

        // A Ping in a record of its own, together with the data behind it, in the very next flush.
        _flushes.Take(3).Should().OnlyContain(bytes => bytes > 60_000 && bytes <= LargestRecord);
        (_flushes[3] - _flushes[2]).Should().Be(10 + RecordSealer.HeaderLength + RecordSealer.TagLength, "the ping goes before the data of the next record");
    }

    [Test]
    public async Task FlushAsync_OthersKeepAdding_CompletesWhenWhatWaitedHasGone()
    {
        Fill(2);
        Task<bool> flush = _writer.FlushAsync();
        List<bool> completed = [];
        _sink.Flushed = bytes =>
        {
            Note(bytes);
            lock (completed)
                completed.Add(flush.IsCompleted);
            if (_flushes.Count < 20)
                Fill(1);
            return true;
        };

        Run();
        // The last one is not full, and goes by way of the pool.
        await Waiting.UntilAsync(() =>
        {
            lock (completed)
                return completed.Count == 21;
        });

        // Two records waited; the result is there before the writer turns to the fourth.
        completed.Take(2).Should().Equal(false, false);
        completed.Skip(2).Should().OnlyContain(done => done);
        completed.Should().HaveCount(21);
        (await flush.Soon()).Should().BeTrue();
    }

    [Test]
    public void FlushAsync_NothingWaits_IsCompleteAtOnce()
    {
        _writer.FlushAsync().IsCompletedSuccessfully.Should().BeTrue();
        Fill(1);
        _writer.FlushAsync().IsCompleted.Should().BeFalse();
        Run();
        _writer.FlushAsync().IsCompletedSuccessfully.Should().BeTrue();
    }

    [Test]
    public async Task FlushAsync_WhileOnlyAHeartbeatIsBeingSent_DoesNotWaitForIt()
    {
        Task<bool>? flush = null;
        _sink.Flushed = bytes =>
        {
            flush ??= _writer.FlushAsync();
            return Note(bytes);
        };

        _writer.Ping(1);

        flush!.IsCompleted.Should().BeTrue();
        (await flush).Should().BeTrue();
    }

    [Test]
    public async Task Unsent_MessagesOnTheirWay_CountsEachUntilItsLastPieceHasGone()
    {
        Put(OutgoingFrame.Message(0), 100_000);
        Put(OutgoingFrame.Message(0), 10);
        Put(OutgoingFrame.StreamData(1), 10);
        List<int> unsent = [_writer.Queue.Unsent];
        _sink.Flushed = bytes =>
        {
            unsent.Add(_writer.Queue.Unsent);
            return true;
        };

        Run();
        (await _writer.FlushAsync().Soon()).Should().BeTrue();

        unsent.Should().Equal(2, 2, 2);
        _writer.Queue.Unsent.Should().Be(0);
    }

    [Test]
    public async Task Flush_TransportEnds_FailsWhoWaitsAndKeepsTheCountOfTheUnsent()
    {
        Fill(3);
        Task<bool> flush = _writer.FlushAsync();
        _sink.Flushed = bytes => Note(bytes) && _flushes.Count < 2;

        Run();

        (await flush.Soon()).Should().BeFalse();
        _failures.Should().Be(1);
        _writer.Queue.Unsent.Should().Be(2, "the first record has gone, and who knows about the second");
        _settings.Budget.Used.Should().Be(0);
        _writer.QueuedBytes.Should().Be(0);
        _writer.Claim().Should().BeFalse();
        (await _writer.FlushAsync().Soon()).Should().BeFalse();
        await _writer.EndAsync().Soon();
    }

    [Test]
    public void Execute_MoreThan64Records_GivesItsThreadToOthers()
    {
        int thread = 0;
        var first = new List<int>();
        using var done = new ManualResetEventSlim();
        _sink.Flushed = bytes =>
        {
            if (thread == 0)
                thread = Environment.CurrentManagedThreadId;
            if (Environment.CurrentManagedThreadId == thread)
                first.Add(bytes);
            if (Note(bytes) && _flushes.Count < 200)
                Fill(1);
            else
                done.Set();
            return true;
        };
        // Not a thread of the pool: so what comes later is surely another's.
        var starter = new Thread(() =>
        {
            Fill(2);
            Run();
        });
        starter.Start();
        starter.Join(Waiting.Guard).Should().BeTrue();

        done.Wait(Waiting.Guard).Should().BeTrue();
        first.Should().HaveCount(64);
    }

    [Test]
    public async Task Close_Once_NothingFollowsIt()
    {
        _writer.Open();
        _writer.Traffic = new CreditAlways();
        Fill(1);
        _writer.Close(CloseCode.Normal);
        await _writer.FlushAsync().Soon();
        await _writer.EndAsync().Soon();
        int before = _flushes.Count;

        _writer.Ping(1);
        _writer.Pong(1);
        _writer.TrySend(FrameKind.FirstExtension, [1]).Should().Be(SendQueueResult.Ended);
        _writer.Close(CloseCode.Banned);

        _writer.Claim().Should().BeFalse("neither a heartbeat nor credit goes behind a Close");
        _flushes.Should().HaveCount(before);
        _flushes[^1].Should().Be(3 + RecordSealer.HeaderLength + RecordSealer.TagLength);
    }

    [Test]
    public void Write_SteadyState_AllocatesNothing()
    {
        byte[] payload = new byte[1_000];
        _clock.Step = TimeSpan.FromMicroseconds(25).Ticks;
        _sink.Flushed = _ => true;
        Send(2_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Send(20_000);
        long after = GC.GetAllocatedBytesForCurrentThread();

        // Not a byte a record; the pool may hand out a fresh array now and then when a collection has trimmed it.
        (after - before).Should().BeLessThan(20_000);
        _writer.Queue.Unsent.Should().Be(0);

        void Send(int count)
        {
            for (int i = 0; i < count; i++)
            {
                lock (_writer.Gate)
                {
                    _writer.Queue.TryReserve(payload.Length);
                    _writer.Queue.Add(OutgoingFrame.Message(1), payload, last: true);
                    _writer.Queue.Ping(1);
                    // No burst: so on this thread, and all that is allocated is counted here.
                    if (!_writer.Claim())
                        throw new InvalidOperationException("Somebody else writes.");
                }

                _writer.Start();
            }
        }
    }

    private bool Note(int bytes)
    {
        lock (_flushes)
            _flushes.Add(bytes);
        return true;
    }

    // Each a record of its own.
    private void Fill(int records)
    {
        for (int i = 0; i < records; i++)
            Put(OutgoingFrame.Message(0), 65_500);
    }

    private void Put(in OutgoingFrame frame, int length)
    {
        lock (_writer.Gate)
        {
            _writer.Queue.TryReserve(Math.Max(SendQueue.LeastCost, length)).Should().Be(SendQueueResult.Added);
            ReadOnlySpan<byte> payload = new byte[length];
            do
                payload = payload[_writer.Queue.Add(frame, payload, last: true)..];
            while (!payload.IsEmpty);
            _writer.Queue.Charge(Math.Max(0, SendQueue.LeastCost - length));
        }
    }

    // On this thread, until it yields or has nothing left.
    private void Run()
    {
        lock (_writer.Gate)
            _writer.Claim().Should().BeTrue();
        _writer.Start();
    }

    private sealed class CreditAlways : IConnectionTraffic
    {
        private int _written;

        public bool HasControl => _written == 0;

        public long MessagesIn => 0;

        public long MessagesOut => 0;

        public void Open(Vix.P2p.Handshake.Introduction introduction)
        {
        }

        public string? Take(FrameKind kind, ReadOnlySpan<byte> body) => null;

        public void Taken()
        {
        }

        public void Refill()
        {
        }

        public int WriteControl(Span<byte> destination)
        {
            _written++;
            return FrameCodec.Write(FrameKind.Credit, [0, 1], destination);
        }

        public void Tick()
        {
        }

        public void Closing(P2pReason reason)
        {
        }

        public void Ended()
        {
        }
    }

    /// <summary>A clock that goes on by a step each time that it is read, and allocates nothing.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long _now = TimeSpan.TicksPerDay;

        public long Step { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += Step;
    }
}
