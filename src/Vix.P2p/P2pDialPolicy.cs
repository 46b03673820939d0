namespace Vix.P2p;

/// <summary>How and where a node dials: section <c>P2p:DialPolicy</c>.</summary>
public sealed class P2pDialPolicy
{
    /// <summary>
    /// Whether loopback addresses (127.0.0.0/8, ::1) may be dialled. Link-local, multicast, unspecified and broadcast
    /// addresses never are. Default: true.
    /// </summary>
    public bool AllowLoopback { get; set; } = true;

    /// <summary>
    /// Whether private addresses (RFC 1918, RFC 6598, fc00::/7) may be dialled. Default: true.
    /// </summary>
    public bool AllowPrivate { get; set; } = true;

    /// <summary>Time for one address to accept a connection, 100 ms to 1 min. Default: 00:00:05.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Dials in flight at once, 1 to 1,024; one a peer. Default: 16.</summary>
    public int MaxConcurrentDials { get; set; } = 16;

    /// <summary>
    /// The first backoff's upper end, 10 ms to 1 min; it doubles with each failure, and the wait is drawn evenly
    /// between zero and it (full jitter). Default: 00:00:00.5.
    /// </summary>
    public TimeSpan BackoffInitial { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest backoff of a persistent peer, up to 1 h. Default: 00:00:30.</summary>
    public TimeSpan BackoffMaxPersistent { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest backoff of any other endpoint, up to 1 day. Default: 00:05:00.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection must last for its endpoint's backoff to begin anew, 0 to 1 h. Default: 00:01:00.</summary>
    public TimeSpan BackoffResetAfter { get; set; } = TimeSpan.FromMinutes(1);
}
