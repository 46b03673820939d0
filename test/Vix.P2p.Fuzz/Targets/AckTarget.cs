using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>Ack at a node that has sent its Hello: none that was not made for this very Hello is taken.</summary>
internal sealed class AckTarget : HandshakeMessageTarget
{
    public override string Name => "ack";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            using var initiator = new HandshakeInitiator(Plain);
            using var responder = new HandshakeResponder(Other, Seen);
            responder.ReadHello(Write(frame => initiator.WriteHello(frame)));
            byte[] ack = Write(frame => responder.WriteAck(frame));
            yield return ack;
            // The odd length is read with a network key.
            yield return HandshakeTail(ack);
        }
    }

    private static byte[] HandshakeTail(byte[] ack)
    {
        byte[] longer = [.. ack, 0];
        HandshakeFrame.Complete(longer, HandshakeKind.Ack, longer.Length - 3);
        return longer;
    }

    public override void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        HandshakeSettings settings = input.Length % 2 == 0 ? Plain : Keyed;
        CheckLength(input, HandshakeKind.Ack, settings.HasNetworkKey, coverage);
        using var initiator = new HandshakeInitiator(settings);
        Write(frame => initiator.WriteHello(frame));
        HandshakeFault fault = initiator.ReadAck(input);
        coverage.Visit(1000 + (int)fault);
        Broken.Unless(fault != HandshakeFault.None, "an Ack is taken that answers another Hello");
    }
}
