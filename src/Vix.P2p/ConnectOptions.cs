namespace Vix.P2p;

/// <summary>How a connect is to be made.</summary>
public sealed class ConnectOptions
{
    /// <summary>The peer that must answer; null accepts whoever does. Nothing of this node is revealed to another.</summary>
    public PeerId? ExpectedId { get; init; }

    /// <summary>Whether the endpoint is kept connected, with backoff, until it is disconnected or the node stops.</summary>
    public bool Persistent { get; init; }

    /// <summary>Whether to dial at once although an earlier failure's backoff is not over.</summary>
    public bool Force { get; init; }
}
