using Vix.P2p.Connections;

namespace Vix.P2p.Peers.Queries;

/// <summary>
/// The order of a query. It is total, as the sequence of a row is its own; rows that have no value come last whichever
/// way it goes.
/// </summary>
internal sealed class PeerOrder(PeerSort sort, bool descending) : IComparer<PeerPosition>
{
    /// <summary>Whether rows stand in it as they came, or the other way round, whatever they say.</summary>
    public bool IsBySequence => sort == PeerSort.Added;

    public bool Descending => descending;

    /// <summary>What tells this order from others.</summary>
    public string Name => $"{sort},{descending}";

    public PeerPosition PositionOf(PeerRow row, PeerRowState state)
    {
        PeerConnection? connection = state.Connection;
        switch (sort)
        {
            case PeerSort.Id:
                return new PeerPosition(row.Sequence, 0, state.Id, state.Id is null);
            case PeerSort.Rtt:
                TimeSpan? rtt = connection?.Pulse.Rtt;
                return new PeerPosition(row.Sequence, rtt.GetValueOrDefault().Ticks, null, rtt is null);
            case PeerSort.LastSeen:
                // The age itself would change from page to page without any frame.
                long lastFrame = connection?.Pulse.LastFrame ?? state.LastFrame;
                return new PeerPosition(row.Sequence, -lastFrame, null, lastFrame == 0);
            case PeerSort.Bytes:
                TrafficCount traffic = state.Traffic;
                return new PeerPosition(row.Sequence, traffic.BytesIn + traffic.BytesOut, null, false);
            default:
                return new PeerPosition(row.Sequence, 0, null, false);
        }
    }

    public int Compare(PeerPosition x, PeerPosition y)
    {
        if (x.Missing != y.Missing)
            return x.Missing ? 1 : -1;
        int compared = x.Value.CompareTo(y.Value);
        if (compared == 0 && x.Id is { } a && y.Id is { } b)
            compared = a.CompareTo(b);
        if (compared == 0)
            compared = x.Sequence.CompareTo(y.Sequence);
        return descending ? -compared : compared;
    }
}
