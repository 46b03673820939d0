namespace Vix.P2p.Handshake;

/// <summary>The words for a <see cref="HandshakeFault"/>.</summary>
internal static class HandshakeFaultExtensions
{
    /// <summary>One plain sentence for the local log; it holds nothing that the peer sent.</summary>
    public static string Describe(this HandshakeFault fault) => fault switch
    {
        HandshakeFault.None => "The handshake message is in order.",
        HandshakeFault.BadLength => "A handshake message has a length that its kind does not allow.",
        HandshakeFault.BadKind => "A handshake message is not the one whose turn it was.",
        HandshakeFault.BadMagic => "The peer does not speak this protocol.",
        HandshakeFault.UnsupportedVersion => "The peer speaks a version of the protocol that this node does not know.",
        HandshakeFault.UnsupportedSuite => "The peer asks for a cipher suite that this node does not know.",
        HandshakeFault.BadFlags => "The peer sets a flag that this node does not know.",
        HandshakeFault.NetworkKeyMismatch => "Only one of the two sides uses a network key.",
        HandshakeFault.PskMismatch => "The peer's network key or network name is another one.",
        HandshakeFault.PointNotOnCurve => "A public key of the peer is not a point on the curve.",
        HandshakeFault.ReplayedEphemeral => "The ephemeral key was used in an earlier handshake: a replay.",
        HandshakeFault.ReflectedEphemeral => "The peer sent this node's own ephemeral key back.",
        HandshakeFault.SelfConnection => "The peer has this node's own identity: the connection leads back to it.",
        HandshakeFault.NotAuthentic => "A handshake message is not authentic: it was changed, or the network name or key differs.",
        HandshakeFault.BadIntroduction => "The peer's introduction is not valid.",
        HandshakeFault.TooManyBytes => "The peer sent more bytes than one pending handshake may hold.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
