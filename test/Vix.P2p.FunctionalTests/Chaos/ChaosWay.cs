namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>One of the two ways of a connection.</summary>
internal enum ChaosWay
{
    /// <summary>What the node sends that has dialled.</summary>
    FromDialler,

    /// <summary>What the node sends that listens.</summary>
    FromListener,
}
