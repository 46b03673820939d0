namespace Vix.P2p;

/// <summary>Where a node is in its life; it goes through these once and in this order.</summary>
public enum NodeState
{
    /// <summary>Made and not yet started.</summary>
    Created,

    /// <summary>Reading its identity and binding its listener.</summary>
    Starting,

    /// <summary>Listening and dialling.</summary>
    Running,

    /// <summary>Rejecting newcomers, telling its peers, closing connections.</summary>
    Stopping,

    /// <summary>Stopped, or failed to start; it is not started again.</summary>
    Stopped,
}
