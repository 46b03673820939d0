namespace Vix.P2p.Client;

/// <summary>Where a control plane is, and how it is asked.</summary>
public sealed class P2pControlClientOptions
{
    /// <summary>
    /// The address of the control plane with its prefix, such as <c>http://localhost:5180/p2p</c>. It must be set: an
    /// absolute http or https address without a user, a query or a fragment.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// The key of the control plane (<c>P2p:Control:ApiKey</c>), sent as <c>Authorization: Bearer</c> and to
    /// <see cref="BaseAddress"/> only; null for none.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// How long an answer may take, its body included; 30 s by default, at least 1 ms,
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit. A stream has it for its beginning only, and
    /// a wait for a change in addition to its wait.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The Unix socket that the control plane listens on; null for TCP. <see cref="BaseAddress"/> then gives the prefix
    /// and the Host header.
    /// </summary>
    public string? UnixSocketPath { get; set; }

    /// <summary>The most bytes that the body of one answer may have: 64 MiB by default, at least 1 KiB.</summary>
    public long MaxResponseBytes { get; set; } = 64 * 1024 * 1024;
}
