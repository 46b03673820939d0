namespace Vix.P2p.Connections;

/// <summary>What became of a frame that was to be sent.</summary>
internal enum SendQueueResult
{
    Added,

    /// <summary>The connection takes no more frames.</summary>
    Ended,

    /// <summary>The peer's queue is full.</summary>
    Full,

    /// <summary>The queues of the node together are full.</summary>
    NodeFull,
}
