namespace Vix.P2p.Messages;

/// <summary>What has become of a request that has come.</summary>
[Flags]
internal enum RequestState
{
    None = 0,

    /// <summary>Its handler runs.</summary>
    Open = 1,

    /// <summary>Its one answer has been chosen, and is being sent or has been.</summary>
    Answered = 2,

    /// <summary>Whoever asked no longer waits.</summary>
    Cancelled = 4,

    /// <summary>The handler wanted to reply with more than the peer takes.</summary>
    TooLarge = 8,
}
