using Vix.P2p.Connections;

namespace Vix.P2p.Peers;

/// <summary>What connections have carried: bytes of encrypted records, and messages, requests and responses.</summary>
internal readonly record struct TrafficCount(long BytesIn, long BytesOut, long MessagesIn, long MessagesOut)
{
    /// <summary>What a connection has carried so far; nothing where there is none.</summary>
    public static TrafficCount Of(PeerConnection? connection) => connection is null
        ? default
        : new TrafficCount(connection.BytesIn, connection.BytesOut, connection.Traffic.MessagesIn, connection.Traffic.MessagesOut);

    public static TrafficCount operator +(TrafficCount a, TrafficCount b) =>
        new(a.BytesIn + b.BytesIn, a.BytesOut + b.BytesOut, a.MessagesIn + b.MessagesIn, a.MessagesOut + b.MessagesOut);

    public static TrafficCount operator -(TrafficCount a, TrafficCount b) =>
        new(a.BytesIn - b.BytesIn, a.BytesOut - b.BytesOut, a.MessagesIn - b.MessagesIn, a.MessagesOut - b.MessagesOut);
}
