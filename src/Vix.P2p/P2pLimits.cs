namespace Vix.P2p;

/// <summary>
/// What strangers and peers can make a node keep or do: section <c>P2p:Limits</c>. Numbers and reasons:
/// docs/security.md. Each rejection is counted in the status and says once in the log which setting to raise.
/// </summary>
public sealed class P2pLimits
{
    // How many handles of the process are left to the rest of it, in which a thread takes three to start.
    internal const int HandleReserve = 32;

    /// <summary>The largest message this node takes, in bytes, 1,024 to 16 MiB; peers are told. Default: 1 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Time for a started record or frame to be complete, 1 s to 1 h. Default: 00:00:30.</summary>
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections of one IPv4 address, 1 to 100,000. Default: 8.</summary>
    public int ConnectionsPerAddress { get; set; } = 8;

    /// <summary>Connections of one IPv6 /56, 1 to 100,000. Default: 8.</summary>
    public int ConnectionsPerPrefix56 { get; set; } = 8;

    /// <summary>Connections of one IPv6 /48, 1 to 100,000. Default: 64.</summary>
    public int ConnectionsPerPrefix48 { get; set; } = 64;

    /// <summary>New connections a second of one address (IPv4) or /56 (IPv6), 0.01 to 100,000. Default: 1.</summary>
    public double NewConnectionsPerSecond { get; set; } = 1;

    /// <summary>New connections that may come at once before that rate holds, 1 to 100,000. Default: 16.</summary>
    public int NewConnectionsBurst { get; set; } = 16;

    /// <summary>Whether loopback addresses are free of the limits an address. Default: true.</summary>
    public bool ExemptLoopback { get; set; } = true;

    /// <summary>
    /// Inbound handshakes pending at once, 1 to 100,000; at the limit the oldest without a valid Finish gives way.
    /// Default: 64.
    /// </summary>
    public int PendingHandshakes { get; set; } = 64;

    /// <summary>Inbound handshakes pending at once of one address (IPv4) or /56 (IPv6), 1 to 100,000. Default: 4.</summary>
    public int PendingHandshakesPerAddress { get; set; } = 4;

    /// <summary>
    /// Time for an <see cref="IP2pGatekeeper"/> to answer one question, 10 ms to 1 min, and never beyond the handshake's
    /// own time; late is no. Default: 00:00:02.
    /// </summary>
    public TimeSpan GatekeeperTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Elliptic-curve operations that run at once, 1 to 1,024. Handshakes that lead to no peer get a tenth of it.
    /// Default, 0: half the cores, at least one.
    /// </summary>
    public int HandshakeConcurrency { get; set; }

    /// <summary>Ephemeral keys remembered to refuse a replayed Hello, 0 to 1,000,000. Default: 4,096.</summary>
    public int EphemeralKeysKept { get; set; } = 4096;

    /// <summary>Receive memory of one pending handshake, in bytes, 4,608 to 65,536. Default: 8 KiB.</summary>
    public int HandshakeBytes { get; set; } = 8 * 1024;

    /// <summary>Receive memory of all pending handshakes, in bytes, <see cref="HandshakeBytes"/> to 1 GiB. Default: 1 MiB.</summary>
    public int HandshakeBytesTotal { get; set; } = 1024 * 1024;

    /// <summary>Bytes that may wait to be sent to one peer, 64 KiB to 1 GiB. Default: 1 MiB.</summary>
    public int SendQueueBytes { get; set; } = 1024 * 1024;

    /// <summary>Bytes that may wait to be sent to all peers, 1 MiB to 1 TiB. Default: 256 MiB.</summary>
    public long SendQueueBytesTotal { get; set; } = 256L * 1024 * 1024;

    /// <summary>Time for a peer to take anything of what waits for it, 1 s to 1 h. Default: 00:00:30.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Requests of one peer, and to one peer, that may be in flight, 1 to 65,536. Beyond it the peer's are answered
    /// with <see cref="P2pErrorCode.Busy"/>, and this node's wait. Default: 1,024.
    /// </summary>
    public int RequestsPerPeer { get; set; } = 1024;

    /// <summary>
    /// Streams that one peer may have opened, and that this node may have opened to one peer, 1 to 65,536. Beyond it
    /// the peer's are aborted with <see cref="P2pErrorCode.Busy"/>. Default: 256.
    /// </summary>
    public int StreamsPerPeer { get; set; } = 256;

    /// <summary>Bytes of one stream that may have come and not been read, 16 KiB to 16 MiB; peers are told. Default: 512 KiB.</summary>
    public int StreamWindowBytes { get; set; } = 512 * 1024;

    /// <summary>
    /// Bytes that have come from all peers and that no handler or reader has taken yet, 1 MiB to 1 TiB. The connection
    /// that goes beyond it is closed. Default: 256 MiB.
    /// </summary>
    public long ReceiveQueueBytesTotal { get; set; } = 256L * 1024 * 1024;

    /// <summary>Takeovers of its own connections that one key may make in 60 s, 1 to 1,000. Default: 3.</summary>
    public int Takeovers { get; set; } = 3;

    /// <summary>Endpoints whose backoff is remembered, 16 to 1,000,000. Default: 4,096.</summary>
    public int BackoffEntries { get; set; } = 4096;

    /// <summary>Addresses whose rate is remembered, 16 to 10,000,000. Default: 16,384.</summary>
    public int AddressBuckets { get; set; } = 16384;

    /// <summary>Bans in force, 1 to 1,000,000; at the limit the one that ends first gives way. Default: 4,096.</summary>
    public int Bans { get; set; } = 4096;

    /// <summary>Peers without a connection that stay listed, 0 to 1,000,000. Default: 1,000.</summary>
    public int ClosedPeers { get; set; } = 1000;
}
