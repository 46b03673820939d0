using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Diagnostics;

/// <summary>
/// The limits in force and how often each said no. A limit's first rejection says in the log which setting to raise;
/// the others are only counted, so that a flood does not become a flood of lines.
/// </summary>
internal sealed class LimitBoard
{
    private static readonly NodeLimit[] All = Enum.GetValues<NodeLimit>();
    private static readonly string[] Names = [.. All.Select(limit => JsonNamingPolicy.SnakeCaseLower.ConvertName(limit.ToString()))];

    private readonly long[] _rejections = new long[All.Length];
    private readonly long[] _values;
    private readonly string _section;
    private readonly ILogger _log;

    public LimitBoard(P2pNodeOptions options, string section, ILogger log)
    {
        _values = [.. All.Select(limit => ValueOf(limit, options))];
        _section = section;
        _log = log;
        Values = All.ToFrozenDictionary(limit => Names[(int)limit], limit => _values[(int)limit]);
    }

    /// <summary>The limits by name; durations in milliseconds.</summary>
    public IReadOnlyDictionary<string, long> Values { get; }

    public void Reject(NodeLimit limit)
    {
        if (Count(limit))
            Tell(limit);
    }

    /// <summary>
    /// Counts a rejection; true for the first. Alone for one where no setting is to be raised, because no honest traffic
    /// causes it or because the limit is the system's, and under a lock, where <see cref="Tell"/> must wait.
    /// </summary>
    public bool Count(NodeLimit limit) => Interlocked.Increment(ref _rejections[(int)limit]) == 1;

    /// <summary>Says which setting to raise; under no lock, for the program's own code runs here.</summary>
    public void Tell(NodeLimit limit) => Log.LimitReached(_log, Names[(int)limit], _values[(int)limit], $"{_section}:{SettingOf(limit)}");

    public long Rejections(NodeLimit limit) => Volatile.Read(ref _rejections[(int)limit]);

    public IReadOnlyDictionary<string, long> Snapshot() =>
        All.ToDictionary(limit => Names[(int)limit], Rejections);

    private static string SettingOf(NodeLimit limit) => limit switch
    {
        NodeLimit.MaxPeers => nameof(P2pNodeOptions.MaxPeers),
        NodeLimit.HandshakeTimeout => nameof(P2pNodeOptions.HandshakeTimeout),
        NodeLimit.MaxConcurrentDials => $"{nameof(P2pNodeOptions.DialPolicy)}:{nameof(P2pDialPolicy.MaxConcurrentDials)}",
        _ => $"{nameof(P2pNodeOptions.Limits)}:{limit}",
    };

    private static long ValueOf(NodeLimit limit, P2pNodeOptions options) => limit switch
    {
        NodeLimit.MaxPeers => options.MaxPeers,
        NodeLimit.ConnectionsPerAddress => options.Limits.ConnectionsPerAddress,
        NodeLimit.ConnectionsPerPrefix56 => options.Limits.ConnectionsPerPrefix56,
        NodeLimit.ConnectionsPerPrefix48 => options.Limits.ConnectionsPerPrefix48,
        NodeLimit.NewConnectionsPerSecond => (long)Math.Ceiling(options.Limits.NewConnectionsPerSecond),
        NodeLimit.HandleReserve => P2pLimits.HandleReserve,
        NodeLimit.PendingHandshakes => options.Limits.PendingHandshakes,
        NodeLimit.PendingHandshakesPerAddress => options.Limits.PendingHandshakesPerAddress,
        NodeLimit.HandshakeBytes => options.Limits.HandshakeBytes,
        NodeLimit.HandshakeBytesTotal => options.Limits.HandshakeBytesTotal,
        NodeLimit.HandshakeTimeout => (long)options.HandshakeTimeout.TotalMilliseconds,
        NodeLimit.GatekeeperTimeout => (long)options.Limits.GatekeeperTimeout.TotalMilliseconds,
        NodeLimit.EphemeralKeysKept => options.Limits.EphemeralKeysKept,
        NodeLimit.FrameTimeout => (long)options.Limits.FrameTimeout.TotalMilliseconds,
        NodeLimit.SendQueueBytes => options.Limits.SendQueueBytes,
        NodeLimit.SendQueueBytesTotal => options.Limits.SendQueueBytesTotal,
        NodeLimit.SendTimeout => (long)options.Limits.SendTimeout.TotalMilliseconds,
        NodeLimit.ReceiveQueueBytesTotal => options.Limits.ReceiveQueueBytesTotal,
        NodeLimit.RequestsPerPeer => options.Limits.RequestsPerPeer,
        NodeLimit.StreamsPerPeer => options.Limits.StreamsPerPeer,
        NodeLimit.Takeovers => options.Limits.Takeovers,
        NodeLimit.MaxConcurrentDials => options.DialPolicy.MaxConcurrentDials,
        NodeLimit.BackoffEntries => options.Limits.BackoffEntries,
        NodeLimit.AddressBuckets => options.Limits.AddressBuckets,
        NodeLimit.Bans => options.Limits.Bans,
        NodeLimit.ClosedPeers => options.Limits.ClosedPeers,
        _ => throw new ArgumentOutOfRangeException(nameof(limit)),
    };
}
