using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// Hello at a node with a network key and at one without. It is taken once at most, and only with a point of the curve; a
/// node that takes it can answer.
/// </summary>
internal sealed class HelloTarget : HandshakeMessageTarget
{
    private const int PointAt = 3 + HelloHeader.Length;

    private readonly byte[] _ack = new byte[HandshakeFrame.MaxFrameLength];

    public override string Name => "hello";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            foreach (Network network in Networks)
                yield return network.Dialler.Record(network.Listener, Introduction)[0];
            yield return [0, 0, .. new byte[600]];
        }
    }

    public override IReadOnlyCollection<string> Outcomes { get; } =
    [
        nameof(HandshakeFault.None), nameof(HandshakeFault.BadLength), nameof(HandshakeFault.BadKind), nameof(HandshakeFault.BadMagic),
        nameof(HandshakeFault.UnsupportedVersion), nameof(HandshakeFault.UnsupportedSuite), nameof(HandshakeFault.BadFlags), nameof(HandshakeFault.NetworkKeyMismatch),
        nameof(HandshakeFault.PskMismatch), nameof(HandshakeFault.PointNotOnCurve), nameof(HandshakeFault.ReplayedEphemeral), nameof(HandshakeFault.TooManyBytes),
    ];

    private protected override HandshakeKind Kind => HandshakeKind.Hello;

    private protected override HandshakeFault Take(byte[] input, Network network, Coverage coverage)
    {
        var seen = new EphemeralKeyCache(1);
        using var responder = new HandshakeResponder(network.Listener.Settings, seen);
        HandshakeFault fault = responder.ReadHello(input);
        Broken.Unless(fault != HandshakeFault.PointNotOnCurve || !IsOnCurve(input.AsSpan(PointAt, P256Point.Length)), "a point of the curve is refused");
        if (fault != HandshakeFault.None)
            return fault;
        Broken.Unless(IsOnCurve(input.AsSpan(PointAt, P256Point.Length)), "a point beside the curve is taken");
        Broken.Unless(responder.WriteAck(_ack) == HandshakeFrame.PrefixLength + HandshakeFrame.AckMinLength, "an Ack has another length");
        using var again = new HandshakeResponder(network.Listener.Settings, seen);
        HandshakeFault replayed = again.ReadHello(input);
        coverage.Reach(replayed.ToString());
        Broken.Unless(replayed == HandshakeFault.ReplayedEphemeral, "a Hello is taken twice");
        return fault;
    }
}
