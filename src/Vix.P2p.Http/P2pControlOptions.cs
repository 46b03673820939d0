namespace Vix.P2p.Http;

/// <summary>
/// The settings of a node's control plane, section <c>P2p:Control</c> of the configuration
/// (<c>P2p:Nodes:{name}:Control</c> for a keyed node), and then what <c>services.Configure</c> sets. Validated when
/// <c>MapP2pControl</c> is called; later changes are not seen.
/// </summary>
public sealed class P2pControlOptions
{
    /// <summary>
    /// The path the routes are mapped under: literal segments, each with a leading slash, at most 128 characters. An
    /// argument of <c>MapP2pControl</c> takes its place. Default: <c>/p2p</c>.
    /// </summary>
    public string Prefix { get; set; } = "/p2p";

    /// <summary>
    /// The key that lets callers in who are not on this machine: 32 to 512 visible ASCII characters, sent as
    /// <c>Authorization: Bearer</c>. Default, null: none.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>A file that holds the key; it excludes <see cref="ApiKey"/>. Default, null: none.</summary>
    public string? ApiKeyPath { get; set; }

    /// <summary>
    /// Whether callers on this machine need no key. Turn it off where a proxy on this machine adds no forwarding
    /// header. Default: true.
    /// </summary>
    public bool AllowLocal { get; set; } = true;

    /// <summary>
    /// Host names, without a port, that name this machine beside localhost and the loopback addresses; at most 64.
    /// Default: none.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Origins, such as <c>https://ops.example</c>, whose pages may read and change as those of this server may; at most
    /// 64. A browser shows them what they read where the host has a CORS policy for them. Default: none.
    /// </summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Requests to heavy routes that run at once, 1 to 10,000; beyond it they get 429. Default: 8.</summary>
    public int HeavyConcurrency { get; set; } = 8;

    /// <summary>
    /// Event streams, followed logs and waits that are open at once, 1 to 100,000; beyond it they get 429. Default: 256.
    /// </summary>
    public int MaxStreams { get; set; } = 256;

    /// <summary>
    /// Connected peers from which on the node is ready, 0 to 100,000, for <c>/health/ready</c> and the health checks of
    /// the host. Default: 0.
    /// </summary>
    public int MinConnectedPeers { get; set; }
}
