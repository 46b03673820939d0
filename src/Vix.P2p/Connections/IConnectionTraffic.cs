using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// What an open connection carries for the application: the frames that are not the connection's own. The read loop
/// hands in what comes; what goes out is put into the connection's queue under the writer's gate.
/// </summary>
internal interface IConnectionTraffic
{
    /// <summary>The peer has introduced itself; before any frame.</summary>
    void Open(Introduction introduction);

    /// <summary>Takes one frame, from the read loop; null when all is well, else what the protocol does not allow.</summary>
    string? Take(FrameKind kind, ReadOnlySpan<byte> body);

    /// <summary>What has come so far may be worked on: the read loop turns to something else.</summary>
    void Taken();

    /// <summary>There is room in the queue for those that wait for it; called under the writer's gate.</summary>
    void Refill();

    /// <summary>Writes frames that need no room in the queue, of at most <paramref name="destination"/>; called under the writer's gate.</summary>
    /// <returns>How much was written; 0 when there is nothing of the kind.</returns>
    int WriteControl(Span<byte> destination);

    /// <summary>Whether there is something for <see cref="WriteControl"/>; called under the writer's gate.</summary>
    bool HasControl { get; }

    /// <summary>Looks at the clock, for whoever has waited too long.</summary>
    void Tick();

    /// <summary>The connection begins to close: whoever waits fails with the reason. Called once, under no lock.</summary>
    void Closing(P2pReason reason);

    /// <summary>The read loop has ended and nothing comes any more. Called once, after <see cref="Closing"/>.</summary>
    void Ended();

    /// <summary>Messages, requests and responses that came whole; read from anywhere.</summary>
    long MessagesIn { get; }

    /// <summary>Messages, requests and responses that were taken to be sent; read from anywhere.</summary>
    long MessagesOut { get; }
}
