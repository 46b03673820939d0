namespace Vix.P2p;

/// <summary>
/// The settings of a node, section <c>P2p</c> of the configuration (<c>P2p:Nodes:{name}</c> for a keyed node).
/// Validated at start; docs/configuration.md lists each with its default and range.
/// </summary>
public sealed class P2pNodeOptions
{
    /// <summary>The name this node gives itself: 1 to 64 printable ASCII characters. Default: the machine's name.</summary>
    public string NodeId { get; set; } = DefaultNodeId();

    /// <summary>The scheme of the transport that listens. Default: <c>tcp</c>.</summary>
    public string ListenScheme { get; set; } = "tcp";

    /// <summary>
    /// The address to listen on: an IPv4 or IPv6 address. Default, null: all addresses, IPv4 and IPv6.
    /// </summary>
    public string? ListenAddress { get; set; }

    /// <summary>The port to listen on, 1 to 65535. Default, 0: no listener; a node that only dials works.</summary>
    public int ListenPort { get; set; }

    /// <summary>
    /// Listens on a port that the system picks, for tests; <see cref="NodeStatus.Listen"/> tells which. It excludes
    /// <see cref="ListenPort"/>. Default: false.
    /// </summary>
    public bool ListenOnAnyPort { get; set; }

    /// <summary>
    /// Peers that are kept connected for ever, with backoff: <c>tcp://host:port</c>, which accepts whoever answers
    /// there, or <c>tcp://host:port#&lt;peer id&gt;</c>. Default: none.
    /// </summary>
    public IList<string> Peers { get; set; } = [];

    /// <summary>
    /// The file of this node's private key (PKCS#8 PEM, P-256), made at the first start with mode 0600. Default, null:
    /// a new key at each start, and so a new peer id.
    /// </summary>
    public string? IdentityPath { get; set; }

    /// <summary>
    /// A secret that all nodes of a network share: 32 bytes in base64. Nodes without it cannot even begin a handshake.
    /// Default, null: none.
    /// </summary>
    public string? NetworkKey { get; set; }

    /// <summary>A file that holds the network key in base64; it excludes <see cref="NetworkKey"/>. Default, null: none.</summary>
    public string? NetworkKeyPath { get; set; }

    /// <summary>
    /// A name that both sides must share, at most 256 characters; not a secret. Default: the empty name.
    /// </summary>
    public string NetworkName { get; set; } = "";

    /// <summary>
    /// The peer ids that may connect, or be connected to. Default, null: everyone. An empty list is refused at start.
    /// </summary>
    public IList<string>? AllowedPeers { get; set; }

    /// <summary>Peers connected at once, 1 to 100,000; places are kept for <see cref="Peers"/>. Default: 256.</summary>
    public int MaxPeers { get; set; } = 256;

    /// <summary>From connected or accepted to Ready, everything included, 100 ms to 1 min. Default: 00:00:05.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Time in which nothing came from a peer, or nothing was sent to it, after which it is pinged, 100 ms to 1 h. Default:
    /// 00:00:05.
    /// </summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which a peer is Stale; longer than <see cref="PingInterval"/>, at most 1 day. Default: 00:00:15.</summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Silence after which a peer is closed; longer than <see cref="StaleAfter"/>, at most 1 day. Default: 00:00:30.</summary>
    public TimeSpan CloseAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request waits for its answer where the caller does not say, 10 ms to 1 day. Default: 00:00:30.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a request carries the ids of the trace it is made in, and a handler's trace goes on with those that the
    /// peer gives. Default: true.
    /// </summary>
    public bool TraceContext { get; set; } = true;

    /// <summary>How long a closed peer stays listed with its reason, 0 to 1 day. Default: 00:05:00.</summary>
    public TimeSpan ClosedPeerRetention { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How and where this node dials.</summary>
    public P2pDialPolicy DialPolicy { get; set; } = new();

    /// <summary>What strangers and peers can make this node keep or do.</summary>
    public P2pLimits Limits { get; set; } = new();

    private static string DefaultNodeId()
    {
        string name = Environment.MachineName;
        return name.Length is > 0 and <= 64 && !name.AsSpan().ContainsAnyExceptInRange(' ', '~') ? name : "node";
    }
}
