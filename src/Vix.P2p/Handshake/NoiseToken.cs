namespace Vix.P2p.Handshake;

/// <summary>One token of a Noise message pattern (Noise, section 7.1).</summary>
internal enum NoiseToken
{
    /// <summary>The sender's ephemeral public key.</summary>
    E,

    /// <summary>The sender's static public key.</summary>
    S,

    /// <summary>Agreement of both ephemeral keys.</summary>
    Ee,

    /// <summary>Agreement of the initiator's ephemeral and the responder's static key.</summary>
    Es,

    /// <summary>Agreement of the initiator's static and the responder's ephemeral key.</summary>
    Se,

    /// <summary>The secret both sides knew before.</summary>
    Psk,
}
