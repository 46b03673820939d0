using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Peers;

/// <summary>
/// One row of the peer table. <see cref="State"/> is replaced as a whole, under the table's lock, and read without
/// one; the other members belong to the lock.
/// </summary>
internal sealed class PeerRow(long sequence, PeerRowState state)
{
    private volatile PeerRowState _state = state;

    /// <summary>Its place in the order of the list.</summary>
    public long Sequence => sequence;

    public string Key { get; } = $"p{sequence}";

    public PeerRowState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>The dial in flight; one a row.</summary>
    public DialAttempt? Dial { get; set; }

    /// <summary>The link that the row shows.</summary>
    public PeerLink? Link { get; set; }

    /// <summary>The link that was shown before and whose end is not told yet.</summary>
    public PeerLink? Leaving { get; set; }

    /// <summary>Endpoints that are dialled to reach this peer.</summary>
    public List<PeerEndpoint> Endpoints { get; } = [];

    /// <summary>Its place among the closed rows; null while it is not Closed.</summary>
    public LinkedListNode<PeerRow>? ClosedPlace { get; set; }

    public LineAllowance Lines { get; } = new();

    public Takeovers Takeovers => field ??= new();

    /// <summary>The row as the public sees it, with the ages of this moment.</summary>
    public PeerInfo ToInfo(TimeProvider time) => ToInfo(State, time);

    /// <summary>What the row said at a moment as the public sees it, with the ages and counters of this moment.</summary>
    public PeerInfo ToInfo(PeerRowState s, TimeProvider time)
    {
        PeerConnection? connection = s.Connection;
        TrafficCount traffic = s.Traffic;
        long lastFrame = connection?.Pulse.LastFrame ?? s.LastFrame;
        long now = time.GetTimestamp();
        return new PeerInfo
        {
            Key = Key,
            Id = s.Id,
            IdText = s.IdText,
            NodeId = s.Introduction?.NodeId,
            State = s.State,
            Direction = s.Direction,
            Endpoint = s.EndpointText,
            Dialable = s.Endpoint is not null,
            LocalEndpoint = s.LocalEndpoint,
            RemoteEndpoint = s.RemoteEndpoint,
            Secure = connection is not null,
            ConnectedAt = connection is null ? null : s.ConnectedAt,
            ConnectedFor = connection is null ? null : time.GetElapsedTime(s.ConnectedTimestamp, now),
            LastSeen = lastFrame == 0 ? null : time.GetElapsedTime(lastFrame, now),
            Rtt = connection?.Pulse.Rtt,
            RttMin = connection?.Pulse.RttMin,
            Agent = s.Introduction?.Agent,
            Protocols = s.Introduction?.Protocols ?? [],
            Persistent = s.Persistent,
            BytesIn = traffic.BytesIn,
            BytesOut = traffic.BytesOut,
            MessagesIn = traffic.MessagesIn,
            MessagesOut = traffic.MessagesOut,
            SendQueueBytes = connection?.SendQueueBytes ?? 0,
            Attempts = s.Attempts,
            NextAttemptIn = s.NextDial is { } due ? Max(TimeSpan.Zero, time.GetElapsedTime(now, due)) : null,
            LastError = s.LastError,
            DisconnectReason = s.DisconnectReason,
        };
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
