using Vix.P2p.Connections;
using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Peers;

/// <summary>
/// What holds the claim on a peer id: one connection, from Finish to its end. It tells the table what its connection
/// tells it.
/// </summary>
internal sealed class PeerLink(PeerTable table, PeerId id, PeerDirection direction, PeerRow row, DialAttempt? attempt) : IConnectionObserver
{
    private readonly TaskCompletionSource<P2pReason>? _firstFrame = attempt is null ? null : new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PeerId Id => id;

    public PeerDirection Direction => direction;

    /// <summary>The dial it came from; null for an inbound one.</summary>
    public DialAttempt? Attempt => attempt;

    public PeerRow Row => row;

    /// <summary>The connection; null until it is made, just after the claim.</summary>
    public PeerConnection? Connection { get; set; }

    /// <summary>When it was established, in the table's count; 0 while it is pending. Under the table's lock.</summary>
    public long Established { get; set; }

    /// <summary>What of its connection the row has counted already; under the table's lock.</summary>
    public TrafficCount Counted { get; set; }

    /// <summary>The event of its end, while it waits for the last messages to go out; under the table's lock.</summary>
    public PeerEvent? Farewell { get; set; }

    /// <summary>The other side's introduction; under the table's lock.</summary>
    public Introduction? Introduction { get; set; }

    /// <summary>Of a dial: completes with None when the responder is Ready, else with the reason it is not.</summary>
    public Task<P2pReason> FirstFrame => _firstFrame!.Task;

    public void Ready(Introduction introduction)
    {
        Introduction = introduction;
        bool established = table.Establish(this);
        if (!established)
            Connection?.Close(P2pReason.Duplicate, CloseCode.Duplicate);
        _firstFrame?.TrySetResult(established ? P2pReason.None : P2pReason.Duplicate);
    }

    public void Rejected(RejectCode code) => _firstFrame?.TrySetResult(Connection?.Reason ?? P2pReason.RejectedUnknown);

    public void Closing(P2pReason reason) => table.Release(this, reason);

    public void StaleChanged(bool stale) => table.MarkStale(this, stale);

    /// <summary>The connection has ended; whoever still waits for its first frame hears why.</summary>
    public void Ended(P2pReason reason)
    {
        table.End(this);
        _firstFrame?.TrySetResult(reason);
    }
}
