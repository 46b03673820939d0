using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>What the bare state machine refuses of its caller, and that a refused call uses nothing up.</summary>
internal sealed class HandshakeStateTests
{
    [TestCase(0, true, true)]
    [TestCase(32, true, false)]
    [TestCase(31, true, true)]
    [TestCase(33, true, true)]
    [TestCase(0, false, false)]
    [TestCase(32, false, true)]
    public void New_WithAPskOfALength_TakesWhatThePatternHas(int length, bool pattern, bool throws)
    {
        using TestNode node = new("node");
        NoiseProtocol protocol = new(pattern ? HandshakePattern.XXpsk0 : HandshakePattern.XX, P256Dh.Instance, AesGcmCipher.Instance);
        Action create = () => new HandshakeState(protocol, initiator: true, default, node.Key, new byte[length]).Dispose();

        if (throws)
            create.Should().Throw<ArgumentException>().WithMessage($"*{protocol.Name}*{length}*");
        else
            create.Should().NotThrow();
    }

    [Test]
    public void Message_WithoutRoomForIt_ThrowsAndIsStillTheNext()
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeState initiator = dialler.Raw(initiator: true);
        using HandshakeState responder = listener.Raw(initiator: false);
        byte[] payload = [1, 2, 3];
        byte[] message = new byte[65 + payload.Length];

        initiator.Invoking(state => state.WriteMessage(payload, message.AsSpan(1))).Should().Throw<ArgumentException>();
        dialler.Dh.Generated.Should().Be(0);
        initiator.WriteMessage(payload, message).Should().Be(message.Length);

        responder.Invoking(state => state.ReadMessage(message, new byte[2], out _)).Should().Throw<ArgumentException>();
        byte[] read = new byte[3];
        responder.ReadMessage(message, read, out int length).Should().Be(HandshakeFault.None);
        (length, read).Should().BeEquivalentTo((3, payload));
    }

    [Test]
    public void ReadMessage_ShorterThanItsKeys_IsBadLengthAndTheEnd([Values(0, 1, 64)] int length)
    {
        using TestNode listener = new("listener");
        using HandshakeState responder = listener.Raw(initiator: false);

        responder.ReadMessage(new byte[length], default, out int read).Should().Be(HandshakeFault.BadLength);

        read.Should().Be(0);
        responder.Invoking(state => state.ReadMessage(new byte[65], default, out _)).Should().Throw<InvalidOperationException>();
    }

    [Test]
    public void Expect_EachMessage_IsTheOneWhoseTurnItIs()
    {
        using TestNode dialler = new("dialler");
        using HandshakeState initiator = dialler.Raw(initiator: true);
        initiator.Invoking(state => state.Expect(0)).Should().NotThrow();
        initiator.Invoking(state => state.Expect(1)).Should().Throw<InvalidOperationException>();

        initiator.WriteMessage(default, new byte[65]);

        initiator.Invoking(state => state.Expect(0)).Should().Throw<InvalidOperationException>();
        initiator.Invoking(state => state.Expect(1)).Should().NotThrow();
        initiator.Invoking(state => state.WriteMessage(default, new byte[200])).Should().Throw<InvalidOperationException>("it is the other side's turn");
        initiator.Invoking(state => state.Split()).Should().Throw<InvalidOperationException>();
    }
}
