namespace Vix.P2p.Handshake;

/// <summary>Why a handshake ended. For the local log only: the other side sees a close and nothing else.</summary>
internal enum HandshakeFault
{
    None,
    BadLength,
    BadKind,
    BadMagic,
    UnsupportedVersion,
    UnsupportedSuite,
    BadFlags,

    /// <summary>One side uses a network key and the other does not.</summary>
    NetworkKeyMismatch,

    /// <summary>The tag of message 1 is wrong: another network key or another network name.</summary>
    PskMismatch,

    PointNotOnCurve,
    ReplayedEphemeral,
    ReflectedEphemeral,
    SelfConnection,
    NotAuthentic,
    BadIntroduction,

    /// <summary>More bytes wait than one pending handshake may hold.</summary>
    TooManyBytes,
}
