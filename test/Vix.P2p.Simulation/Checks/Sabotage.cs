namespace Vix.P2p.Simulation.Checks;

/// <summary>Lies told to one check each, so that every check can be seen to find what it is there for.</summary>
internal enum Sabotage
{
    None,

    /// <summary>A message is handed to the ledger twice.</summary>
    Twice,

    /// <summary>A message is handed to the ledger after the one behind it.</summary>
    Swap,

    /// <summary>A message is changed on its way to the ledger.</summary>
    Change,

    /// <summary>The end of a request is not noticed.</summary>
    Hang,

    /// <summary>The response of a request is another one's.</summary>
    Answer,

    /// <summary>A peer is listed twice.</summary>
    Pair,

    /// <summary>A table has one place less than it may fill.</summary>
    Cap,

    /// <summary>One side does not list the other.</summary>
    Disagree,

    /// <summary>A link that is kept connected is taken for one that never comes back.</summary>
    Away,

    /// <summary>A node that has stopped holds something.</summary>
    Leak,

    /// <summary>Something that no seed determines gets into a run.</summary>
    Chance,
}
