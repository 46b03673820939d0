using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>Recorded messages in every place, own messages sent back, and keys that are claimed but not held.</summary>
internal sealed class ReplayTests
{
    private static readonly byte[] Introduction = new byte[80]; // makes a Finish as long as an Ack may be

    [Test]
    public void Hello_OfAnEarlierHandshake_IsRefusedBeforeAnyCurveWork([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey, keysKept: 4);
        byte[] hello = HandshakeExtensions.Record(dialler, listener, Introduction).Hello;
        (int generated, int agreed, int imported) = (listener.Dh.Generated, listener.Dh.Agreed, listener.Dh.Imported);
        using HandshakeResponder responder = listener.Accept();

        responder.ReadHello(hello).Should().Be(HandshakeFault.ReplayedEphemeral);

        (listener.Dh.Generated, listener.Dh.Agreed, listener.Dh.Imported).Should().Be((generated, agreed, imported));
    }

    [Test]
    public void Finish_OfAnEarlierHandshake_IsRefusedEvenWhenHelloIsForgotten([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        (byte[] hello, _, byte[] finish) = HandshakeExtensions.Record(dialler, listener, Introduction);
        using HandshakeResponder responder = listener.Accept();
        responder.ReadHello(hello).Should().Be(HandshakeFault.None);
        responder.Ack();

        responder.ReadFinish(finish).Should().Be(HandshakeFault.NotAuthentic);
    }

    [Test]
    public void Ack_OfAnEarlierHandshake_IsRefused([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        byte[] ack = HandshakeExtensions.Record(dialler, listener, Introduction).Ack;
        using HandshakeInitiator initiator = dialler.Dial();
        initiator.Hello();

        initiator.ReadAck(ack).Should().Be(HandshakeFault.NotAuthentic);
    }

    [Test]
    public void AnyMessage_InThePlaceOfAnother_IsRefused([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        (byte[] hello, byte[] ack, byte[] finish) = HandshakeExtensions.Record(dialler, listener, Introduction);

        foreach (byte[] wrong in new[] { ack, finish })
        {
            using HandshakeResponder responder = listener.Accept();
            responder.ReadHello(wrong).Should().Be(HandshakeFault.BadLength);
        }

        foreach ((byte[] wrong, HandshakeFault expected) in new[] { (hello, HandshakeFault.BadLength), (finish, HandshakeFault.BadKind) })
        {
            using HandshakeInitiator initiator = dialler.Dial();
            initiator.Hello();
            initiator.ReadAck(wrong).Should().Be(expected);
        }

        foreach ((byte[] wrong, HandshakeFault expected) in new[] { (hello, HandshakeFault.BadLength), (ack, HandshakeFault.BadKind) })
        {
            using HandshakeResponder responder = listener.Accept();
            responder.ReadHello(hello).MustBeNone();
            responder.Ack();
            responder.ReadFinish(wrong).Should().Be(expected);
        }
    }

    [Test]
    public void AnyMessage_RelabelledAsAnother_IsRefused([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        (byte[] hello, byte[] ack, byte[] finish) = HandshakeExtensions.Record(dialler, listener, Introduction);
        using HandshakeInitiator initiator = dialler.Dial();
        initiator.Hello();
        using HandshakeResponder responder = listener.Accept();
        responder.ReadHello(hello).MustBeNone();
        responder.Ack();

        initiator.ReadAck(Relabelled(finish, HandshakeKind.Ack)).Should().Be(HandshakeFault.PointNotOnCurve);
        responder.ReadFinish(Relabelled(ack, HandshakeKind.Finish)).Should().Be(HandshakeFault.NotAuthentic);
    }

    [Test]
    public void ReadAck_WithOurOwnEphemeral_IsAReflection([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using HandshakeInitiator initiator = dialler.Dial();
        byte[] hello = initiator.Hello();
        byte[] ack = new byte[2 + 163];
        hello.AsSpan(12, 65).CopyTo(ack.AsSpan(3));
        HandshakeFrame.Complete(ack, HandshakeKind.Ack, 162);

        initiator.ReadAck(ack).Should().Be(HandshakeFault.ReflectedEphemeral);
        dialler.Dh.Agreed.Should().Be(0);
    }

    [Test]
    public void ReadAck_FromOurselves_IsASelfConnection([Values] bool networkKey)
    {
        using TestNode node = new("node", networkKey ? HandshakeTests.NetworkKey : null, repeatable: false, keysKept: 4);
        using HandshakeInitiator initiator = node.Dial();
        using HandshakeResponder responder = node.Accept();
        responder.ReadHello(initiator.Hello()).Should().Be(HandshakeFault.None);

        initiator.ReadAck(responder.Ack()).Should().Be(HandshakeFault.SelfConnection);
    }

    [Test]
    public void ReadFinish_WithOurOwnStaticKey_IsASelfConnection()
    {
        using TestNode dialler = Node("dialler", networkKey: false);
        using TestNode listener = Node("listener", networkKey: false);

        FinishClaiming(dialler, listener, listener.Identity.PublicKey.ToArray()).Should().Be(HandshakeFault.SelfConnection);
    }

    [Test]
    public void ReadFinish_WithAnothersStaticKey_IsNotAuthentic()
    {
        using TestNode dialler = Node("dialler", networkKey: false);
        using TestNode listener = Node("listener", networkKey: false);
        using TestNode victim = Node("victim", networkKey: false);

        FinishClaiming(dialler, listener, victim.Identity.PublicKey.ToArray()).Should().Be(HandshakeFault.NotAuthentic);
    }

    [Test]
    public void ReadFinish_WithAStaticKeyOffTheCurve_ReachesNoSystemCrypto()
    {
        using TestNode dialler = Node("dialler", networkKey: false);
        using TestNode listener = Node("listener", networkKey: false);

        FinishClaiming(dialler, listener, [4, .. new byte[63], 1]).Should().Be(HandshakeFault.PointNotOnCurve);
        listener.Dh.Imported.Should().Be(1, "only the ephemeral key was imported");
    }

    [Test]
    public void ReadAck_WithAnothersStaticKey_IsNotAuthentic()
    {
        using TestNode dialler = Node("dialler", networkKey: false);
        using TestNode impostor = Node("impostor", networkKey: false);
        using TestNode victim = Node("victim", networkKey: false);
        impostor.Key.Claim(victim.Identity.PublicKey);
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = impostor.Accept();
        responder.ReadHello(initiator.Hello()).Should().Be(HandshakeFault.None);

        initiator.ReadAck(responder.Ack()).Should().Be(HandshakeFault.NotAuthentic);
        initiator.Invoking(i => i.RemoteId).Should().Throw<InvalidOperationException>();
    }

    [Test]
    public void Hello_WithAWrongKey_PushesNothingOutOfTheCache()
    {
        using TestNode dialler = Node("dialler", networkKey: true);
        using TestNode listener = Node("listener", networkKey: true, keysKept: 1);
        byte[] hello = HandshakeExtensions.Record(dialler, listener, Introduction).Hello;
        using TestNode stranger = new("stranger", new byte[32]);
        using HandshakeInitiator theirs = stranger.Dial();
        using HandshakeResponder first = listener.Accept();
        using HandshakeResponder second = listener.Accept();
        first.ReadHello(theirs.Hello()).Should().Be(HandshakeFault.PskMismatch);

        second.ReadHello(hello).Should().Be(HandshakeFault.ReplayedEphemeral);
    }

    // The key is claimed only when Finish is written: a dialler of ours would refuse itself at Ack.
    private static HandshakeFault FinishClaiming(TestNode dialler, TestNode listener, byte[] publicKey)
    {
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();
        responder.ReadHello(initiator.Hello()).MustBeNone();
        initiator.ReadAck(responder.Ack()).MustBeNone();
        dialler.Key.Claim(publicKey);
        return responder.ReadFinish(initiator.Finish([]));
    }

    private static byte[] Relabelled(byte[] frame, HandshakeKind kind)
    {
        byte[] relabelled = [.. frame];
        relabelled[2] = (byte)kind;
        return relabelled;
    }

    // Ephemeral keys are fresh here: a recorded handshake and a later one must differ.
    private static TestNode Node(string name, bool networkKey, int keysKept = 0) =>
        new(name, networkKey ? HandshakeTests.NetworkKey : null, repeatable: false, keysKept: keysKept);
}
