namespace Vix.P2p.Handshake;

/// <summary>The clear start of Hello's body: <c>"VIXP2P" | version:u8 | suite:u8 | flags:u8</c>.</summary>
internal static class HelloHeader
{
    public const int Length = 9;

    private const byte Version = 1;
    private const byte Suite = 1;
    private const byte NetworkKeyFlag = 1;

    private static ReadOnlySpan<byte> Magic => "VIXP2P"u8;

    public static void Write(Span<byte> destination, bool networkKey)
    {
        Magic.CopyTo(destination);
        destination[6] = Version;
        destination[7] = Suite;
        destination[8] = networkKey ? NetworkKeyFlag : (byte)0;
    }

    /// <summary>Judges the start of a body that is long enough; each field has a fault of its own, so that the log names it.</summary>
    public static HandshakeFault Check(ReadOnlySpan<byte> body, bool networkKey)
    {
        if (!body.StartsWith(Magic))
            return HandshakeFault.BadMagic;
        if (body[6] != Version)
            return HandshakeFault.UnsupportedVersion;
        if (body[7] != Suite)
            return HandshakeFault.UnsupportedSuite;
        if ((body[8] & ~NetworkKeyFlag) != 0)
            return HandshakeFault.BadFlags;
        return (body[8] == NetworkKeyFlag) == networkKey ? HandshakeFault.None : HandshakeFault.NetworkKeyMismatch;
    }
}
