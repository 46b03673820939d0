using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>Finish at a node that has sent its Ack: none of another handshake is taken.</summary>
internal sealed class FinishTarget : HandshakeMessageTarget
{
    public override string Name => "finish";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            using var initiator = new HandshakeInitiator(Other);
            using HandshakeResponder responder = Begin(initiator);
            byte[] introduction = new IntroductionTarget().Seeds.First();
            yield return Write(frame => initiator.WriteFinish(introduction, frame));
            yield return Write(frame => HandshakeFrame.Complete(frame, HandshakeKind.Finish, HandshakeFrame.FinishMinLength - 1));
        }
    }

    public override void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        CheckLength(input, HandshakeKind.Finish, networkKey: false, coverage);
        using var initiator = new HandshakeInitiator(Other);
        using HandshakeResponder responder = Begin(initiator);
        byte[] payload = new byte[HandshakeFrame.MaxFrameLength];
        HandshakeFault fault = responder.ReadFinish(input, payload, out _);
        coverage.Visit(1000 + (int)fault);
        Broken.Unless(fault != HandshakeFault.None, "a Finish of another handshake is taken");
    }

    private HandshakeResponder Begin(HandshakeInitiator initiator)
    {
        var responder = new HandshakeResponder(Plain, Seen);
        responder.ReadHello(Write(frame => initiator.WriteHello(frame)));
        initiator.ReadAck(Write(frame => responder.WriteAck(frame)));
        return responder;
    }
}
