using Vix.P2p.Connections;
using Vix.P2p.Handshake;

namespace Vix.P2p.Peers;

/// <summary>All that a row says, in one immutable piece, so that readers need no lock.</summary>
internal sealed record PeerRowState
{
    public required PeerState State { get; init; }

    public required PeerDirection Direction { get; init; }

    /// <summary>What can be dialled; null for an inbound peer that does not listen.</summary>
    public PeerEndpoint? Endpoint { get; init; }

    /// <summary>What is shown: the endpoint, or the socket address of one that does not listen.</summary>
    public required string EndpointText { get; init; }

    public PeerId? Id { get; init; }

    public string? IdText { get; init; }

    public Introduction? Introduction { get; init; }

    public string? LocalEndpoint { get; init; }

    public string? RemoteEndpoint { get; init; }

    /// <summary>Kept connected unless paused.</summary>
    public bool Persistent { get; init; }

    /// <summary>Persistent, and disconnected by someone's wish until someone connects it again.</summary>
    public bool Paused { get; init; }

    /// <summary>The peer that must answer at the endpoint; null accepts whoever does.</summary>
    public PeerId? ExpectedId { get; init; }

    /// <summary>The present connection; null when there is none or it is not Ready yet.</summary>
    public PeerConnection? Connection { get; init; }

    public DateTimeOffset? ConnectedAt { get; init; }

    public long ConnectedTimestamp { get; init; }

    public long Attempts { get; init; }

    /// <summary>The timestamp of the next dial; null when none is planned.</summary>
    public long? NextDial { get; init; }

    /// <summary>The timestamp at which the row became Closed.</summary>
    public long ClosedTimestamp { get; init; }

    public PeerError? LastError { get; init; }

    public P2pReason? DisconnectReason { get; init; }

    /// <summary>The timestamp of the last frame of an earlier connection; 0 when there was none.</summary>
    public long LastFrame { get; init; }

    /// <summary>What the row's earlier connections have carried.</summary>
    public TrafficCount Earlier { get; init; }

    /// <summary>What all the row's connections have carried.</summary>
    public TrafficCount Traffic => Earlier + TrafficCount.Of(Connection);

    public bool KeptConnected => Persistent && !Paused;
}
