using System.Buffers.Binary;
using System.Security.Cryptography;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The reference peer against itself, over real loopback sockets.</summary>
[TestFixture]
public sealed class ReferencePeerTests
{
    private const int PastTheRekey = 65_536 + 8;

    private static readonly byte[] NetworkKey = SHA256.HashData("a network key"u8);

    [TestCase(false, "")]
    [TestCase(false, "staging")]
    [TestCase(true, "")]
    [TestCase(true, "staging")]
    [CancelAfter(30_000)]
    public async Task Handshake_SameNetwork_BothKnowEachOther(bool withKey, string name, CancellationToken cancellationToken)
    {
        using var pair = await ReferencePeerPair.OpenAsync(
            Options("alice", withKey, name), Options("bob", withKey, name), cancellationToken);

        pair.Initiator.RemoteId.Should().Be(pair.Responder.Id).And.MatchRegex("^[0-9a-f]{64}$");
        pair.Responder.RemoteId.Should().Be(pair.Initiator.Id).And.NotBe(pair.Responder.Id);
        pair.Initiator.RemoteIntroduction!.NodeId.Should().Be("bob");
        pair.Responder.RemoteIntroduction!.NodeId.Should().Be("alice");
        pair.Initiator.HandshakeHash.Should().Equal(pair.Responder.HandshakeHash);
        pair.Initiator.Hello.Should().HaveCount(withKey ? 2 + 91 : 2 + 75);
        pair.Initiator.Ack.Should().HaveCount(2 + 163);
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(60_000)]
    public async Task Records_PastTheRekeyBothWays_ArriveInOrder(bool withKey, CancellationToken cancellationToken)
    {
        using var pair = await ReferencePeerPair.OpenAsync(Options("alice", withKey), Options("bob", withKey), cancellationToken);

        await Task.WhenAll(
            SendNumbersAsync(pair.Initiator),
            SendNumbersAsync(pair.Responder),
            ReadNumbersAsync(pair.Initiator),
            ReadNumbersAsync(pair.Responder));

        pair.Initiator.RecordsSent.Should().Be(PastTheRekey).And.Be(pair.Responder.RecordsReceived);
        pair.Initiator.RecordsReceived.Should().Be(PastTheRekey + 1, "Ready was a record too").And.Be(pair.Responder.RecordsSent);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Records_OneSideRekeysAtAnotherCount_CannotBeOpened(CancellationToken cancellationToken)
    {
        using var pair = await ReferencePeerPair.OpenAsync(
            Options("alice") with { RecordsPerKey = 4 }, Options("bob") with { RecordsPerKey = 5 }, cancellationToken);
        for (var sent = 0; sent < 5; sent++)
        {
            await pair.Initiator.SendFrameAsync(200);
        }

        for (var read = 0; read < 4; read++)
        {
            await pair.Responder.ReadFrameAsync();
        }

        var fifth = async () => await pair.Responder.ReadFrameAsync();

        await fifth.Should().ThrowAsync<ReferencePeerException>().WithMessage("The tag is wrong at counter 4.");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Frames_SpanningAndSharingRecords_ArriveWhole(CancellationToken cancellationToken)
    {
        using var pair = await ReferencePeerPair.OpenAsync(Options("alice"), Options("bob"), cancellationToken);
        var large = RandomNumberGenerator.GetBytes(ReferencePeerFrame.MaxBody);
        var bytes = new ReferencePeerFrame(201, [1, 2, 3]).Encode();

        await pair.Initiator.SendFramesAsync(new(199, []), new(200, large), new(255, [7]));
        foreach (var single in bytes)
        {
            await pair.Initiator.SendRecordAsync([single]);
        }

        (await pair.Responder.ReadFrameAsync()).Should().BeEquivalentTo(new ReferencePeerFrame(199, []));
        (await pair.Responder.ReadFrameAsync())!.Body.Should().Equal(large);
        (await pair.Responder.ReadFrameAsync()).Should().BeEquivalentTo(new ReferencePeerFrame(255, [7]));
        (await pair.Responder.ReadFrameAsync()).Should().BeEquivalentTo(new ReferencePeerFrame(201, [1, 2, 3]));
        pair.Responder.RecordsReceived.Should().Be(2 + (ulong)bytes.Length);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task ReadUntil_PingsAndExtensionsOnTheWay_AreAnsweredAndSkipped(CancellationToken cancellationToken)
    {
        using var pair = await ReferencePeerPair.OpenAsync(Options("alice"), Options("bob"), cancellationToken);
        await pair.Initiator.SendFramesAsync(new(ReferencePeerFrame.Ping, [1, 2, 3, 4, 5, 6, 7, 8]), new(130, [9]));
        var closing = pair.Initiator.CloseAsync(3);

        var close = await pair.Responder.ReadUntilAsync(ReferencePeerFrame.Close);
        var afterClose = await pair.Responder.ReadFrameAsync();
        pair.Responder.HalfClose();
        await closing;

        close.Body.Should().Equal(3);
        afterClose.Should().BeNull();
        pair.Responder.RecordsSent.Should().Be(2, "Ready and the answer to the ping");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task ReadFrame_RecordCutShort_Throws(CancellationToken cancellationToken)
    {
        using var pair = await ReferencePeerPair.OpenAsync(Options("alice"), Options("bob"), cancellationToken);
        await pair.Initiator.SendRawAsync(pair.Initiator.SealRecord([200, 0]).AsMemory()[..^1]);
        pair.Initiator.HalfClose();

        var read = async () => await pair.Responder.ReadFrameAsync();

        await read.Should().ThrowAsync<ReferencePeerException>().WithMessage("Closed after 17 of 18 bytes.");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task ReadFrame_SilentPeer_TimesOut(CancellationToken cancellationToken)
    {
        var impatient = Options("bob") with { Deadline = TimeSpan.FromMilliseconds(1) };
        using var pair = await ReferencePeerPair.ConnectAsync(Options("alice"), impatient, cancellationToken);

        await pair.Responder.Invoking(responder => responder.ReadHelloAsync()).Should().ThrowAsync<TimeoutException>();
    }

    private static ReferencePeerOptions Options(string nodeId, bool withKey = false, string name = "") =>
        new() { NodeId = nodeId, NetworkKey = withKey ? NetworkKey : null, NetworkName = name };

    private static async Task SendNumbersAsync(ReferencePeer peer)
    {
        for (var number = 0; number < PastTheRekey; number++)
        {
            var body = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(body, number);
            await peer.SendFrameAsync(200, body);
        }
    }

    private static async Task ReadNumbersAsync(ReferencePeer peer)
    {
        for (var number = 0; number < PastTheRekey; number++)
        {
            var frame = await peer.ReadFrameAsync();
            if (frame is not { Kind: 200 } || BinaryPrimitives.ReadInt32BigEndian(frame.Body) != number)
            {
                Assert.Fail($"Frame {number} came as {frame}.");
            }
        }
    }
}
