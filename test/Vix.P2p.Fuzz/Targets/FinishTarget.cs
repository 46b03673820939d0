using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>Finish at a node that has sent its Ack: the one that ends this very handshake is taken, and no other.</summary>
internal sealed class FinishTarget : HandshakeMessageTarget
{
    private readonly byte[] _ack = new byte[HandshakeFrame.MaxFrameLength];
    private readonly byte[] _payload = new byte[HandshakeFrame.MaxFrameLength];
    private readonly Dictionary<Network, byte[][]> _honest;

    public FinishTarget() => _honest = Networks.ToDictionary(network => network, network => network.Dialler.Record(network.Listener, Introduction));

    public override string Name => "finish";

    public override int MaxLength => HandshakeFrame.MaxFrameLength + 16;

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            Network plain = Networks[0];
            foreach (byte[][] messages in _honest.Values)
                yield return messages[2];
            yield return Side.Write(frame => HandshakeFrame.Complete(frame, HandshakeKind.Finish, HandshakeFrame.FinishMinLength - 1));
            yield return Side.Write(frame => HandshakeFrame.Complete(frame, HandshakeKind.Finish, HandshakeFrame.FinishMaxLength - 1));
            // One of another handshake; one of the node itself; one of a key that is no point.
            yield return plain.Dialler.Record(NewSide("listener", session: " again"), Introduction)[2];
            yield return NewSide("dialler").Record(plain.Listener, Introduction, claimed: plain.Listener.Static)[2];
            yield return NewSide("dialler").Record(plain.Listener, Introduction, claimed: OffTheCurve)[2];
        }
    }

    public override IReadOnlyCollection<string> Outcomes { get; } =
    [
        nameof(HandshakeFault.None), nameof(HandshakeFault.BadLength), nameof(HandshakeFault.BadKind), nameof(HandshakeFault.PointNotOnCurve),
        nameof(HandshakeFault.SelfConnection), nameof(HandshakeFault.NotAuthentic), nameof(HandshakeFault.BadIntroduction), nameof(HandshakeFault.TooManyBytes),
    ];

    private protected override HandshakeKind Kind => HandshakeKind.Finish;

    private protected override HandshakeFault Take(byte[] input, Network network, Coverage coverage)
    {
        byte[][] honest = _honest[network];
        using var responder = new HandshakeResponder(network.Listener.Settings, new EphemeralKeyCache(0));
        responder.ReadHello(honest[0]);
        responder.WriteAck(_ack);
        HandshakeFault fault = responder.ReadFinish(input, _payload, out int length);
        Broken.Unless((fault == HandshakeFault.None) == input.AsSpan().SequenceEqual(honest[2]), fault == HandshakeFault.None ? "a Finish of another handshake is taken" : "the Finish of this handshake is refused");
        if (fault == HandshakeFault.None)
        {
            Broken.Unless(_payload.AsSpan(0, length).SequenceEqual(Introduction), "the introduction is another");
            Broken.Unless(responder.RemoteId == network.Dialler.Settings.Identity.Id, "an id is another");
        }
        else
            Broken.Unless(length == 0, "a message at fault has a payload");

        return fault;
    }
}
