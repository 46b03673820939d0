namespace Vix.P2p.Fuzz.Targets;

/// <summary>What the connection does that takes the input, and how the input comes.</summary>
[Flags]
internal enum SealedSetup : byte
{
    None = 0,

    /// <summary>A request of its own is under way.</summary>
    Asks = 1,

    /// <summary>A stream of its own is open.</summary>
    Opens = 2,

    /// <summary>The records come in pieces.</summary>
    Cuts = 4,

    /// <summary>The input comes many times over, as far as the connection lives.</summary>
    Much = 8,

    /// <summary>The input comes as it is, and not sealed.</summary>
    Raw = 16,

    /// <summary>More requests of its own than it has credit for. Two bits, for it costs much.</summary>
    AsksMuch = 32 + 64,
}
