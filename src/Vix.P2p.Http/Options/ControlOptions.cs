namespace Vix.P2p.Http.Options;

/// <summary>A control plane's options after validation, in the form in which requests are checked against them.</summary>
/// <param name="Section">The path of the section, for hints and messages.</param>
/// <param name="Prefix">The path of the routes.</param>
/// <param name="Key">The key to let callers in; null for none.</param>
/// <param name="AllowLocal">Whether callers on this machine need no key.</param>
/// <param name="AllowedHosts">Names of this machine beside the loopback ones, without brackets.</param>
/// <param name="AllowedOrigins">Origins in canonical form.</param>
/// <param name="HeavyConcurrency">Heavy requests that run at once.</param>
/// <param name="MaxStreams">Event streams, followed logs and waits that are open at once.</param>
/// <param name="MinConnectedPeers">Connected peers from which on the node is ready.</param>
internal sealed record ControlOptions(
    string Section,
    string Prefix,
    ApiKey? Key,
    bool AllowLocal,
    HashSet<string> AllowedHosts,
    HashSet<string> AllowedOrigins,
    int HeavyConcurrency,
    int MaxStreams,
    int MinConnectedPeers);
