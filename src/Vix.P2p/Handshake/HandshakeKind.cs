namespace Vix.P2p.Handshake;

/// <summary>The kind byte of a handshake frame.</summary>
internal enum HandshakeKind : byte
{
    /// <summary>Noise message 1, from who dialled.</summary>
    Hello = 1,

    /// <summary>Noise message 2, the answer.</summary>
    Ack = 2,

    /// <summary>Noise message 3, with the dialler's introduction.</summary>
    Finish = 3,
}
