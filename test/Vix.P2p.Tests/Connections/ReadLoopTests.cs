using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

/// <summary>What one connection takes, and what it does not (docs/protocol.md, sections 2 and 3).</summary>
internal sealed class ReadLoopTests
{
    private static readonly object[] Violations =
    [
        new TestCaseData(new byte[] { 0 }).SetArgDisplayNames("kind zero"),
        new TestCaseData(new byte[] { 6, 0 }).SetArgDisplayNames("a kind not yet defined"),
        new TestCaseData(new byte[] { 127, 0 }).SetArgDisplayNames("the last kind not yet defined"),
        new TestCaseData(RawEnd.Frame(FrameKind.Ready, RawPeer.Introduce("raw"))).SetArgDisplayNames("Ready from an initiator"),
        new TestCaseData(RawEnd.Frame(FrameKind.Reject, 1)).SetArgDisplayNames("Reject from an initiator"),
        new TestCaseData(new byte[] { 3, 7, 1, 2, 3, 4, 5, 6, 7 }).SetArgDisplayNames("Ping of seven bytes"),
        new TestCaseData(new byte[] { 4, 9 }).SetArgDisplayNames("Pong of nine bytes"),
        new TestCaseData(new byte[] { 5, 0 }).SetArgDisplayNames("Close without a code"),
        new TestCaseData(new byte[] { 3, 0x88, 0x00 }).SetArgDisplayNames("a length that is not in its shortest form"),
        new TestCaseData(new byte[] { 128, 0x81, 0x80, 0x04 }).SetArgDisplayNames("a body of 65,537 bytes"),
        new TestCaseData(new byte[] { 128, 0xff, 0xff, 0xff, 0xff }).SetArgDisplayNames("a length of five bytes"),
    ];

    [TestCaseSource(nameof(Violations))]
    public async Task Read_Violation_SaysCloseAndEndsWithProtocolError(byte[] plaintext)
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        await bench.Far.SendBytesAsync(bench.Far.Seal(plaintext));

        (await bench.Far.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [(byte)CloseCode.ProtocolError]));
        (await bench.Far.ReadAsync()).Should().BeNull("the node half-closes after Close");
        await bench.Far.HalfCloseAsync();
        (await bench.Running.Soon()).Should().Be(P2pReason.ProtocolError);
    }

    [Test]
    public async Task Read_RecordThatWasChanged_EndsWithProtocolErrorAndTakesNothingOfIt()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        byte[] record = bench.Far.Seal(RawEnd.Frame(FrameKind.Ping, RawEnd.Token(1)));
        record[5] ^= 1;

        await bench.Far.SendBytesAsync(record);

        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Close, "a Pong would show that the Ping was taken");
        bench.Connection.Reason.Should().Be(P2pReason.ProtocolError);
    }

    [Test]
    public async Task Read_RecordSentTwice_EndsWithProtocolError()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        byte[] record = bench.Far.Seal(RawEnd.Frame(FrameKind.Ping, RawEnd.Token(1)));

        await bench.Far.SendBytesAsync(record);
        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Pong);
        await bench.Far.SendBytesAsync(record);

        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Close);
        bench.Connection.Reason.Should().Be(P2pReason.ProtocolError);
    }

    [TestCase(0)]
    [TestCase(16)]
    public async Task Read_RecordOfAnImpossibleLength_IsAViolationAtItsSecondByte(int length)
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        await bench.Far.SendBytesAsync(new byte[] { 0, (byte)length });

        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Close);
        bench.Connection.Reason.Should().Be(P2pReason.ProtocolError);
    }

    [Test]
    public async Task Read_AfterAViolation_DiscardsTheRest()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        await bench.Far.SendBytesAsync(bench.Far.Seal([0]));
        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Close);
        await bench.Far.SendAsync(FrameKind.Ping, RawEnd.Token(1));
        await bench.Far.SendAsync(FrameKind.Close, 0);
        await bench.Far.HalfCloseAsync();

        (await bench.Far.ReadAsync()).Should().BeNull();
        (await bench.Running.Soon()).Should().Be(P2pReason.ProtocolError, "the first reason stands");
    }

    [Test]
    public async Task Read_FramesSplitAnywhereOverRecordsAndWrites_AreTheSame([Values(1, 2, 3, 7, 11, 19, 40)] int size)
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        byte[] frames = [.. Enumerable.Range(0, 5).SelectMany(i => (byte[])[.. RawEnd.Frame(FrameKind.FirstExtension, new byte[i * 9]), .. RawEnd.Frame(FrameKind.Ping, RawEnd.Token((ulong)i))])];

        // Records of that many bytes, written in pieces of another size.
        byte[] records = [.. frames.Chunk(size).SelectMany(part => bench.Far.Seal(part))];
        List<ulong> answers = [];
        foreach (byte[] piece in records.Chunk(size + 4))
            await bench.Far.SendBytesAsync(piece);
        await bench.Near.Reads.TakenAsync(records.Length);
        await bench.Far.SendAsync(FrameKind.Ping, RawEnd.Token(1000));
        while (answers.LastOrDefault() != 1000)
            answers.Add((await bench.Far.ReadAsync())!.Token());

        answers.Should().BeInAscendingOrder().And.Contain(1000);
        bench.Connection.Reason.Should().Be(P2pReason.None);
    }

    [Test]
    public async Task Read_Extensions_AreSkippedWhateverTheyHold()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        foreach (byte kind in (byte[])[128, 200, 255])
        {
            await bench.Far.SendAsync((FrameKind)kind);
            byte[] large = RawEnd.Frame((FrameKind)kind, new byte[65_536]);
            await bench.Far.SendBytesAsync(bench.Far.Seal(large.AsSpan(0, 60_000)));
            await bench.Far.SendBytesAsync(bench.Far.Seal(large.AsSpan(60_000)));
        }

        await bench.EchoAsync();
        bench.Connection.Reason.Should().Be(P2pReason.None);
    }

    [Test]
    public async Task Read_ThousandsOfRecordsAtOnce_AreAllTaken()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();
        byte[] records = [.. Enumerable.Range(0, 3_000).SelectMany(_ => bench.Far.Seal(RawEnd.Frame(FrameKind.Pong, RawEnd.Token(0))))];

        await bench.Far.SendBytesAsync(records);

        await bench.EchoAsync();
        bench.Connection.BytesIn.Should().Be(records.Length + 28);
    }

    [TestCase(CloseCode.Normal, P2pReason.Normal)]
    [TestCase(CloseCode.ShuttingDown, P2pReason.ShuttingDown)]
    [TestCase(CloseCode.Duplicate, P2pReason.Duplicate)]
    [TestCase(CloseCode.Stale, P2pReason.Stale)]
    [TestCase(CloseCode.ProtocolError, P2pReason.ProtocolError)]
    [TestCase(CloseCode.Overload, P2pReason.Overload)]
    [TestCase(CloseCode.Banned, P2pReason.Banned)]
    [TestCase((CloseCode)77, P2pReason.Normal)]
    public async Task Read_Close_EndsWithItsReasonAndAnswersNothing(CloseCode code, P2pReason reason)
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        await bench.Far.SendBytesAsync(bench.Far.Seal([.. RawEnd.Frame(FrameKind.Close, (byte)code), .. RawEnd.Frame(FrameKind.Ping, RawEnd.Token(1))]));
        await bench.Far.HalfCloseAsync();

        (await bench.Far.ReadAsync()).Should().BeNull("what follows a Close is discarded");
        (await bench.Running.Soon()).Should().Be(reason);
        bench.Observer.Told.Should().Equal("closing " + reason);
    }

    [Test]
    public async Task Read_EndOfTheStreamWithoutClose_IsLost()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        await bench.Far.HalfCloseAsync();

        (await bench.Far.ReadAsync()).Should().BeNull("both directions end");
        (await bench.Running.Soon()).Should().Be(P2pReason.Lost);
    }

    [Test]
    public async Task Read_EndInTheMiddleOfARecord_IsLost()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        await bench.Far.SendBytesAsync(bench.Far.Seal(RawEnd.Frame(FrameKind.Close, 0)).AsMemory(0, 10));
        await bench.Far.HalfCloseAsync();

        (await bench.Running.Soon()).Should().Be(P2pReason.Lost);
    }

    [Test]
    public async Task Read_Reset_IsLost()
    {
        await using ConnectionBench bench = await ConnectionBench.ReadyAsync();

        bench.Far.Transport.Abort();

        (await bench.Running.Soon()).Should().Be(P2pReason.Lost);
        bench.Connection.Ended.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Test]
    public async Task Initiator_Ready_IsToldOnceAndThenFramesAreTaken()
    {
        await using var bench = new ConnectionBench(ConnectionRole.Initiator);
        bench.Run();

        await bench.Far.SendAsync(FrameKind.Ready, RawPeer.Introduce("other"));
        (await bench.Observer.WhenReady.Soon()).NodeId.Should().Be("other");
        await bench.EchoAsync();

        bench.Observer.Told.Should().Equal("ready other");
    }

    [TestCase(FrameKind.Ping, 8)]
    [TestCase(FrameKind.Pong, 8)]
    [TestCase(FrameKind.Close, 1)]
    [TestCase(FrameKind.Ready, 5)]
    [TestCase(FrameKind.FirstExtension, 0)]
    [TestCase(FrameKind.FirstExtension, 100)]
    public async Task Initiator_AnotherFirstFrame_EndsWithoutAFrame(FrameKind kind, int length)
    {
        await using var bench = new ConnectionBench(ConnectionRole.Initiator);
        bench.Run();

        await bench.Far.SendAsync(kind, new byte[length]);

        (await bench.Far.ReadAsync()).Should().BeNull("an initiator sends no frame before Ready, Close neither");
        await bench.Far.HalfCloseAsync();
        (await bench.Running.Soon()).Should().Be(P2pReason.ProtocolError);
        bench.Connection.BytesOut.Should().Be(0);
    }

    [Test]
    public async Task Initiator_ClosedBeforeReady_SendsNothing()
    {
        await using var bench = new ConnectionBench(ConnectionRole.Initiator);
        bench.Run();

        bench.Connection.Close(P2pReason.ShuttingDown, CloseCode.ShuttingDown).Should().BeTrue();

        (await bench.Far.ReadAsync()).Should().BeNull();
        bench.Connection.BytesOut.Should().Be(0);
    }

    [TestCase(1, P2pReason.RejectedFull)]
    [TestCase(2, P2pReason.RejectedNotAllowed)]
    [TestCase(3, P2pReason.RejectedDuplicate)]
    [TestCase(4, P2pReason.RejectedSelf)]
    [TestCase(5, P2pReason.RejectedShuttingDown)]
    [TestCase(6, P2pReason.RejectedIncompatible)]
    [TestCase(0, P2pReason.RejectedUnknown)]
    [TestCase(200, P2pReason.RejectedUnknown)]
    public async Task Initiator_Reject_EndsWithItsReason(byte code, P2pReason reason)
    {
        await using var bench = new ConnectionBench(ConnectionRole.Initiator);
        bench.Run();

        await bench.Far.SendAsync(FrameKind.Reject, code);
        await bench.Far.HalfCloseAsync();

        (await bench.Running.Soon()).Should().Be(reason);
        bench.Observer.Told.Should().Equal("closing " + reason, "rejected " + (RejectCode)code);
        bench.Connection.BytesOut.Should().Be(0);
    }

    [Test]
    public async Task Responder_BeforeReady_OpensNoRecord()
    {
        await using var bench = new ConnectionBench();
        await bench.Far.SendAsync(FrameKind.Ping, RawEnd.Token(1));

        (await bench.Connection.SendReadyAsync(RawPeer.Introduce("near")).Soon()).Should().BeTrue();
        bench.Connection.BytesIn.Should().Be(0);
        bench.Run();

        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Pong);
    }

    [Test]
    public async Task Responder_ClosedBeforeReady_SendsNeitherCloseNorReady()
    {
        await using var bench = new ConnectionBench();

        bench.Connection.Close(P2pReason.ShuttingDown, CloseCode.ShuttingDown);
        (await bench.Connection.SendReadyAsync(RawPeer.Introduce("near")).Soon()).Should().BeFalse();
        bench.Run();

        (await bench.Far.ReadAsync()).Should().BeNull("the first frame is Ready or Reject, nothing else");
    }
}
