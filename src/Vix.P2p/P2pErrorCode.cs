namespace Vix.P2p;

/// <summary>
/// The numbers with which one side tells the other that a request or a stream failed (docs/protocol.md, section 5).
/// 0 to 63 are the protocol's, from <see cref="FirstApplicationCode"/> on they are the application's.
/// </summary>
public static class P2pErrorCode
{
    /// <summary>No more is wanted, and nothing went wrong.</summary>
    public const int None = 0;

    /// <summary>The handler threw. What it threw stays with the node that runs it.</summary>
    public const int HandlerFailed = 1;

    /// <summary>Whoever asked no longer waits.</summary>
    public const int Cancelled = 2;

    /// <summary>The node speaks the protocol, and has no handler for this kind of exchange.</summary>
    public const int NotSupported = 3;

    /// <summary>The handler ended without a reply.</summary>
    public const int NoReply = 4;

    /// <summary>The node has as much to do for this peer as it takes on.</summary>
    public const int Busy = 5;

    /// <summary>The node is stopping.</summary>
    public const int ShuttingDown = 6;

    /// <summary>The reply is larger than the node that asked takes.</summary>
    public const int TooLarge = 7;

    /// <summary>The payload is not what the protocol takes.</summary>
    public const int BadRequest = 8;

    /// <summary>The first number that an application may give its own meaning.</summary>
    public const int FirstApplicationCode = 64;

    /// <summary>The last number there is: 2^28 − 1.</summary>
    public const int Last = (1 << 28) - 1;

    /// <summary>A code as a peer sent it; one that is kept for the protocol and not known here is taken as the general one (docs/protocol.md, section 5).</summary>
    internal static int Known(int code) => code is > BadRequest and < FirstApplicationCode ? HandlerFailed : code;
}
