namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>
/// Where in a unit of the stream: handshake messages and records have the same form, a length of two bytes and what it
/// counts.
/// </summary>
internal enum ChaosSpot
{
    /// <summary>Before its first byte, and behind the last one of the unit before it.</summary>
    Boundary,

    /// <summary>Between the two bytes of its length.</summary>
    InLength,

    /// <summary>Behind its length.</summary>
    AfterLength,

    /// <summary>In the middle of its body.</summary>
    Middle,

    /// <summary>Before its last byte.</summary>
    LastByte,
}
