using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>Ack at a node that has sent its Hello: an honest answer to this very Hello is taken, and nothing else.</summary>
internal sealed class AckTarget : HandshakeMessageTarget
{
    private readonly Dictionary<Network, byte[][]> _honest = [];

    public AckTarget()
    {
        foreach (Network network in Networks)
        {
            // The same listener with another ephemeral key answers as well.
            Side again = NewSide("listener", network.Dialler.Settings.HasNetworkKey, " again");
            _honest[network] = [.. ((Side[])[network.Listener, again]).Select(listener => network.Dialler.Record(listener, Introduction)[1])];
        }
    }

    public override string Name => "ack";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            Side dialler = Networks[0].Dialler;
            foreach (byte[] ack in _honest.Values.SelectMany(acks => acks))
                yield return ack;
            // Of the node itself; of a key that is no point; with the node's own ephemeral key.
            yield return dialler.Record(NewSide("dialler", session: " again"), Introduction)[1];
            yield return dialler.Record(NewSide("listener").Claim(OffTheCurve), Introduction)[1];
            byte[] reflected = [.. _honest[Networks[0]][0]];
            dialler.Ephemeral.CopyTo(reflected, HandshakeFrame.PrefixLength + 1);
            yield return reflected;
        }
    }

    public override IReadOnlyCollection<string> Outcomes { get; } =
    [
        nameof(HandshakeFault.None), nameof(HandshakeFault.BadLength), nameof(HandshakeFault.BadKind), nameof(HandshakeFault.PointNotOnCurve),
        nameof(HandshakeFault.ReflectedEphemeral), nameof(HandshakeFault.SelfConnection), nameof(HandshakeFault.NotAuthentic), nameof(HandshakeFault.TooManyBytes),
    ];

    private protected override HandshakeKind Kind => HandshakeKind.Ack;

    private protected override HandshakeFault Take(byte[] input, Network network, Coverage coverage)
    {
        using var initiator = new HandshakeInitiator(network.Dialler.Settings);
        Side.Write(frame => initiator.WriteHello(frame));
        HandshakeFault fault = initiator.ReadAck(input);
        bool isHonest = _honest[network].Any(ack => ack.AsSpan().SequenceEqual(input));
        Broken.Unless(isHonest == (fault == HandshakeFault.None), isHonest ? "an Ack that answers this Hello is refused" : "an Ack is taken that answers another Hello");
        if (fault == HandshakeFault.None)
            Broken.Unless(initiator.RemoteId == network.Listener.Settings.Identity.Id, "an id is another");
        return fault;
    }
}
