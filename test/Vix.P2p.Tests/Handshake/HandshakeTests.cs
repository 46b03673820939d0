using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class HandshakeTests
{
    internal static readonly byte[] NetworkKey = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];

    [TestCase(false, 2 + 75)]
    [TestCase(true, 2 + 91)]
    public void Handshake_OfTwoNodes_ProvesBothAndAgreesOnKeys(bool networkKey, int helloLength)
    {
        using TestNode dialler = new("dialler", networkKey ? NetworkKey : null, "net", repeatable: false);
        using TestNode listener = new("listener", networkKey ? NetworkKey : null, "net", repeatable: false);
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();

        byte[] hello = initiator.Hello();
        hello.Should().HaveCount(helloLength);
        responder.ReadHello(hello).Should().Be(HandshakeFault.None);
        byte[] ack = responder.Ack();
        ack.Should().HaveCount(2 + 163);
        initiator.ReadAck(ack).Should().Be(HandshakeFault.None);
        initiator.RemoteId.Should().Be(listener.Identity.Id);
        byte[] finish = initiator.Finish("{\"hi\":1}"u8.ToArray());
        finish.Should().HaveCount(2 + 98 + 8);
        responder.ReadFinish(finish, out byte[] introduction).Should().Be(HandshakeFault.None);
        responder.RemoteId.Should().Be(dialler.Identity.Id);
        introduction.Should().Equal("{\"hi\":1}"u8.ToArray());

        using SessionKeys initiatorKeys = initiator.Split();
        using SessionKeys responderKeys = responder.Split();
        initiatorKeys.Send.ToArray().Should().Equal(responderKeys.Receive.ToArray());
        initiatorKeys.Receive.ToArray().Should().Equal(responderKeys.Send.ToArray());
        initiatorKeys.Send.ToArray().Should().NotEqual(initiatorKeys.Receive.ToArray());
    }

    [Test]
    public void Handshake_OfEachSide_CostsOneKeyThreeAgreementsAndTwoImports()
    {
        using TestNode dialler = new("dialler", NetworkKey);
        using TestNode listener = new("listener", NetworkKey);

        HandshakeExtensions.Record(dialler, listener, []);

        foreach (TestNode node in new[] { dialler, listener })
            (node.Dh.Generated, node.Dh.Agreed, node.Dh.Imported).Should().Be((1, 3, 2));
    }

    [Test]
    public void ReadHello_OfAnyHello_DoesNoEllipticCurveWork()
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();

        responder.ReadHello(initiator.Hello()).Should().Be(HandshakeFault.None);

        (listener.Dh.Generated, listener.Dh.Agreed, listener.Dh.Imported).Should().Be((0, 0, 0));
    }

    [Test]
    public void Prologue_OfANode_IsTheHeaderAndTheHashOfTheName()
    {
        using TestNode dialler = new("dialler", networkName: "grün");
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();
        byte[] prologue = [1, .. "VIXP2P"u8, 1, 1, 0, .. SHA256.HashData(Encoding.UTF8.GetBytes("grün"))];
        NoiseProtocol protocol = new(HandshakePattern.XX, P256Dh.Instance, AesGcmCipher.Instance);
        using HandshakeState responder = new(protocol, initiator: false, prologue, listener.Key, default);

        byte[] hello = initiator.Hello();
        hello[..12].Should().Equal([0, 75, 1, .. "VIXP2P"u8, 1, 1, 0]);
        responder.ReadMessage(hello.AsSpan(12), default, out _).Should().Be(HandshakeFault.None);
        byte[] ack = new byte[2 + 163];
        (ack[1], ack[2]) = (163, 2);
        responder.WriteMessage(default, ack.AsSpan(3));

        initiator.ReadAck(ack).Should().Be(HandshakeFault.None);
    }

    [Test]
    public void Psk_OfANetworkKey_IsDerivedWithItsLabel()
    {
        using TestNode dialler = new("dialler", NetworkKey);
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();
        byte[] prologue = [1, .. "VIXP2P"u8, 1, 1, 1, .. SHA256.HashData([])];
        byte[] psk = HKDF.DeriveKey(HashAlgorithmName.SHA256, NetworkKey, 32, salt: [], info: "vix-psk-v1"u8.ToArray());
        NoiseProtocol protocol = new(HandshakePattern.XXpsk0, P256Dh.Instance, AesGcmCipher.Instance);
        using HandshakeState responder = new(protocol, initiator: false, prologue, listener.Key, psk);

        responder.ReadMessage(initiator.Hello().AsSpan(12), default, out _).Should().Be(HandshakeFault.None);
    }

    [Test]
    public void ReadAck_WithAReservedPayload_IgnoresIt([Values(0, 1, 64)] int length)
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();
        byte[] ack = AckWithPayload(listener, initiator.Hello(), length);

        initiator.ReadAck(ack).Should().Be(HandshakeFault.None);
        initiator.RemoteId.Should().Be(listener.Identity.Id);
    }

    [Test]
    public void ReadAck_WithTooLongAPayload_IsRefused()
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();

        initiator.ReadAck(AckWithPayload(listener, initiator.Hello(), 65)).Should().Be(HandshakeFault.BadLength);
    }

    [TestCase(0, HandshakeFault.None)]
    [TestCase(3072, HandshakeFault.None)]
    [TestCase(3073, HandshakeFault.BadIntroduction)]
    [TestCase(3998, HandshakeFault.BadIntroduction)]
    [TestCase(3999, HandshakeFault.BadLength)]
    public void ReadFinish_WithAnIntroductionOfALength_TakesAtMost3072Bytes(int length, HandshakeFault expected)
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeState initiator = dialler.Raw(initiator: true);
        using HandshakeResponder responder = listener.Accept();
        byte[] hello = [0, 75, 1, .. "VIXP2P"u8, 1, 1, 0, .. new byte[65]];
        initiator.WriteMessage(default, hello.AsSpan(12));
        responder.ReadHello(hello).Should().Be(HandshakeFault.None);
        initiator.ReadMessage(responder.Ack().AsSpan(3), default, out _).Should().Be(HandshakeFault.None);
        byte[] finish = new byte[3 + 97 + length];
        HandshakeFrame.Complete(finish, HandshakeKind.Finish, initiator.WriteMessage(new byte[length], finish.AsSpan(3)));

        responder.ReadFinish(finish, out byte[] introduction).Should().Be(expected);
        introduction.Should().HaveCount(expected == HandshakeFault.None ? length : 0);
    }

    [Test]
    public void WriteFinish_WithTooLongAnIntroduction_Throws()
    {
        using TestNode dialler = new("dialler");
        using HandshakeInitiator initiator = dialler.Dial();

        initiator.Invoking(i => i.Finish(new byte[3073])).Should().Throw<ArgumentException>();
    }

    [Test]
    public void Finish_WithTheLongestIntroduction_IsWrittenAndRead()
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();
        responder.ReadHello(initiator.Hello()).MustBeNone();
        initiator.ReadAck(responder.Ack()).MustBeNone();
        byte[] longest = RandomNumberGenerator.GetBytes(Introduction.MaxLength);
        byte[] finish = initiator.Finish(longest);

        responder.Invoking(r => r.ReadFinish(finish, new byte[Introduction.MaxLength - 1], out _)).Should().Throw<ArgumentOutOfRangeException>();
        responder.ReadFinish(finish, out byte[] read).Should().Be(HandshakeFault.None, "a call that was refused has used nothing up");
        read.Should().Equal(longest);
    }

    [TestCase(false, "a", true, "a", HandshakeFault.NetworkKeyMismatch)]
    [TestCase(true, "a", false, "a", HandshakeFault.NetworkKeyMismatch)]
    [TestCase(true, "a", true, "b", HandshakeFault.PskMismatch)]
    public void ReadHello_FromAnotherNetwork_IsRefused(bool ourKey, string ourName, bool theirKey, string theirName, HandshakeFault expected)
    {
        using TestNode dialler = new("dialler", theirKey ? NetworkKey : null, theirName);
        using TestNode listener = new("listener", ourKey ? NetworkKey : null, ourName);
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();

        responder.ReadHello(initiator.Hello()).Should().Be(expected);
    }

    [Test]
    public void ReadHello_WithAnotherNetworkKey_IsRefused()
    {
        using TestNode dialler = new("dialler", RandomNumberGenerator.GetBytes(32));
        using TestNode listener = new("listener", NetworkKey);
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();

        responder.ReadHello(initiator.Hello()).Should().Be(HandshakeFault.PskMismatch);
    }

    [Test]
    public void ReadAck_OfAnotherNetworkName_IsRefused()
    {
        using TestNode dialler = new("dialler", networkName: "a");
        using TestNode listener = new("listener", networkName: "b");
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();
        responder.ReadHello(initiator.Hello()).Should().Be(HandshakeFault.None);

        initiator.ReadAck(responder.Ack()).Should().Be(HandshakeFault.NotAuthentic);
    }

    [TestCase(3, (byte)'v', HandshakeFault.BadMagic)]
    [TestCase(8, (byte)'Q', HandshakeFault.BadMagic)]
    [TestCase(9, (byte)0, HandshakeFault.UnsupportedVersion)]
    [TestCase(9, (byte)2, HandshakeFault.UnsupportedVersion)]
    [TestCase(10, (byte)2, HandshakeFault.UnsupportedSuite)]
    [TestCase(11, (byte)1, HandshakeFault.NetworkKeyMismatch)]
    [TestCase(11, (byte)2, HandshakeFault.BadFlags)]
    [TestCase(11, (byte)0x81, HandshakeFault.BadFlags)]
    [TestCase(12, (byte)5, HandshakeFault.PointNotOnCurve)]
    [TestCase(2, (byte)2, HandshakeFault.BadKind)]
    [TestCase(1, (byte)74, HandshakeFault.BadLength)]
    [TestCase(1, (byte)91, HandshakeFault.NetworkKeyMismatch)]
    public void ReadHello_WithAWrongByte_NamesTheFault(int position, byte value, HandshakeFault expected)
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();
        byte[] hello = initiator.Hello();
        hello[position] = value;

        responder.ReadHello(hello).Should().Be(expected);
    }

    [Test]
    public void AnyCall_AfterAFault_Throws()
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener", keysKept: 4);
        using HandshakeInitiator initiator = dialler.Dial();
        byte[] hello = initiator.Hello();
        listener.Seen.TryAdd(hello.AsSpan(12)).Should().BeTrue();
        using HandshakeResponder responder = listener.Accept();
        responder.ReadHello(hello).Should().Be(HandshakeFault.ReplayedEphemeral);
        initiator.ReadAck([0, 1, 2]).Should().Be(HandshakeFault.BadLength);

        responder.Invoking(r => r.Ack()).Should().Throw<InvalidOperationException>();
        responder.Invoking(r => r.Split()).Should().Throw<InvalidOperationException>();
        responder.Invoking(r => r.RemoteId).Should().Throw<InvalidOperationException>();
        initiator.Invoking(i => i.Finish([])).Should().Throw<InvalidOperationException>();
        initiator.Invoking(i => i.Split()).Should().Throw<InvalidOperationException>();
        initiator.Invoking(i => i.RemoteId).Should().Throw<InvalidOperationException>();
    }

    [Test]
    public void AnyCall_OutOfTurn_Throws()
    {
        using TestNode dialler = new("dialler");
        using TestNode listener = new("listener");
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();

        initiator.Invoking(i => i.Finish([])).Should().Throw<InvalidOperationException>("message 1 would carry the introduction in clear");
        initiator.Invoking(i => i.ReadAck(new byte[165])).Should().Throw<InvalidOperationException>();
        responder.Invoking(r => r.ReadFinish(new byte[165])).Should().Throw<InvalidOperationException>();
        responder.Invoking(r => r.Ack()).Should().Throw<InvalidOperationException>();
        responder.Invoking(r => r.Split()).Should().Throw<InvalidOperationException>();
    }

    [Test]
    public void Settings_WithAKeyOfAnotherLength_Throw([Values(1, 16, 31, 33)] int length)
    {
        using NodeIdentity identity = NodeIdentity.CreateEphemeral();

        Action create = () => new HandshakeSettings(identity, new byte[length], "").Dispose();

        create.Should().Throw<ArgumentException>();
    }

    [Test]
    public void Settings_WithANameThatIsNoText_Throw()
    {
        using NodeIdentity identity = NodeIdentity.CreateEphemeral();

        // Half a surrogate pair: written as a question mark, it would be one network with every other such name.
        Action create = () => new HandshakeSettings(identity, default, "a\ud800").Dispose();

        create.Should().Throw<EncoderFallbackException>();
    }

    private static byte[] AckWithPayload(TestNode listener, byte[] hello, int length)
    {
        using HandshakeState responder = listener.Raw(initiator: false);
        responder.ReadMessage(hello.AsSpan(12), default, out _).MustBeNone();
        byte[] ack = new byte[3 + 162 + length];
        HandshakeFrame.Complete(ack, HandshakeKind.Ack, responder.WriteMessage(new byte[length], ack.AsSpan(3)));
        return ack;
    }
}
