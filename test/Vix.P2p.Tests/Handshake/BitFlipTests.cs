using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>Every single bit of every message, as whole frames: no handshake with one that was flipped completes.</summary>
internal sealed class BitFlipTests
{
    private static readonly byte[] Introduction = "{\"node_id\":\"a\"}"u8.ToArray();

    [Test]
    public void Hello_WithAnyBitFlipped_EndsTheHandshake([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        byte[] hello = HandshakeExtensions.Record(dialler, listener, Introduction).Hello;

        SurvivorsOf(hello, flipped =>
        {
            using HandshakeInitiator initiator = dialler.Dial();
            using HandshakeResponder responder = listener.Accept();
            initiator.Hello().Should().Equal(hello);
            HandshakeFault fault = responder.ReadHello(flipped);
            return fault != HandshakeFault.None ? fault : initiator.ReadAck(responder.Ack());
        }).Should().BeEmpty();
    }

    [Test]
    public void Ack_WithAnyBitFlipped_EndsTheHandshake([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        (byte[] hello, byte[] ack, _) = HandshakeExtensions.Record(dialler, listener, Introduction);

        SurvivorsOf(ack, flipped =>
        {
            using HandshakeInitiator initiator = dialler.Dial();
            initiator.Hello().AsSpan().SequenceEqual(hello).Should().BeTrue();
            return initiator.ReadAck(flipped);
        }).Should().BeEmpty();
    }

    [Test]
    public void Finish_WithAnyBitFlipped_EndsTheHandshake([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        (byte[] hello, byte[] ack, byte[] finish) = HandshakeExtensions.Record(dialler, listener, Introduction);

        SurvivorsOf(finish, flipped =>
        {
            using HandshakeResponder responder = listener.Accept();
            responder.ReadHello(hello).MustBeNone();
            responder.Ack().AsSpan().SequenceEqual(ack).Should().BeTrue();
            return responder.ReadFinish(flipped);
        }).Should().BeEmpty();
    }

    [Test]
    public void AnyMessage_CutOrPadded_IsRefused([Values] bool networkKey)
    {
        using TestNode dialler = Node("dialler", networkKey);
        using TestNode listener = Node("listener", networkKey);
        (byte[] hello, byte[] ack, byte[] finish) = HandshakeExtensions.Record(dialler, listener, Introduction);

        foreach (byte[] changed in CutOrPadded(hello))
        {
            using HandshakeResponder responder = listener.Accept();
            responder.ReadHello(changed).Should().NotBe(HandshakeFault.None);
        }

        foreach (byte[] changed in CutOrPadded(ack))
        {
            using HandshakeInitiator initiator = dialler.Dial();
            initiator.Hello();
            initiator.ReadAck(changed).Should().NotBe(HandshakeFault.None);
        }

        foreach (byte[] changed in CutOrPadded(finish))
        {
            using HandshakeResponder responder = listener.Accept();
            responder.ReadHello(hello).MustBeNone();
            responder.Ack();
            responder.ReadFinish(changed).Should().NotBe(HandshakeFault.None);
        }
    }

    private static TestNode Node(string name, bool networkKey) => new(name, networkKey ? HandshakeTests.NetworkKey : null);

    private static List<int> SurvivorsOf(byte[] frame, Func<byte[], HandshakeFault> run)
    {
        List<int> survivors = [];
        run(frame).Should().Be(HandshakeFault.None, "the frame as it was sent is taken");
        for (int bit = 0; bit < frame.Length * 8; bit++)
        {
            byte[] flipped = [.. frame];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (run(flipped) == HandshakeFault.None)
                survivors.Add(bit);
        }

        return survivors;
    }

    // With the length that was sent and with one that fits.
    private static IEnumerable<byte[]> CutOrPadded(byte[] frame)
    {
        foreach (int length in new[] { 0, 1, 2, 3, 4, 50, frame.Length - 16, frame.Length - 1, frame.Length + 1, frame.Length + 16 })
        {
            byte[] changed = [.. frame];
            Array.Resize(ref changed, length);
            yield return changed;
            if (length < 2)
                continue;
            byte[] relabelled = [.. changed];
            (relabelled[0], relabelled[1]) = ((byte)((length - 2) >> 8), (byte)(length - 2));
            yield return relabelled;
        }
    }
}
