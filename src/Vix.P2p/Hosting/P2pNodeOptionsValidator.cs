using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Vix.P2p.Peers;

namespace Vix.P2p.Hosting;

/// <summary>Checks a node's options at start; each message names the setting's full path, its value and its range.</summary>
internal sealed class P2pNodeOptionsValidator(string name, Func<string> section) : IValidateOptions<P2pNodeOptions>
{
    public ValidateOptionsResult Validate(string? name1, P2pNodeOptions options)
    {
        if (name1 is not null && name1 != name)
            return ValidateOptionsResult.Skip;
        var failures = new OptionFailures(section());
        CheckNode(options, failures);
        CheckTimes(options, failures);
        if (options.DialPolicy is null)
            failures.Add(nameof(options.DialPolicy), null, "a section, or absent for the defaults");
        else
            CheckDialPolicy(options.DialPolicy, failures);
        if (options.Limits is null)
            failures.Add(nameof(options.Limits), null, "a section, or absent for the defaults");
        else
            CheckLimits(options.Limits, failures);
        return failures.ToResult();
    }

    private static void CheckNode(P2pNodeOptions options, OptionFailures failures)
    {
        if (options.NodeId is not { Length: > 0 and <= 64 } || options.NodeId.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            failures.Add(nameof(options.NodeId), options.NodeId, "1 to 64 printable ASCII characters");
        if (string.IsNullOrEmpty(options.ListenScheme))
            failures.Add(nameof(options.ListenScheme), options.ListenScheme, "the scheme of a transport, such as tcp");
        if (options.ListenAddress is { } address && options.ListenScheme == "tcp" && !IPAddress.TryParse(address, out _))
            failures.Add(nameof(options.ListenAddress), address, "an IPv4 or IPv6 address, or absent for all addresses");
        failures.Range(nameof(options.ListenPort), options.ListenPort, 0, 65535);
        if (options.ListenOnAnyPort && options.ListenPort != 0)
            failures.Add(nameof(options.ListenPort), options.ListenPort, $"0 where {nameof(options.ListenOnAnyPort)} is set");
        failures.Range(nameof(options.MaxPeers), options.MaxPeers, 1, 100_000);
        CheckPeers(options, failures);
        if (options.NetworkName is not { Length: <= 256 } || !IsUnicode(options.NetworkName))
            failures.Add(nameof(options.NetworkName), options.NetworkName, "at most 256 characters of well-formed text");
        if (options.NetworkKey is not null && options.NetworkKeyPath is not null)
            failures.Add(nameof(options.NetworkKeyPath), options.NetworkKeyPath, $"absent where {nameof(options.NetworkKey)} is set");
        if (options.NetworkKey is not null && !IsKey(options.NetworkKey))
            failures.Add(nameof(options.NetworkKey), "***", "32 bytes in base64");
    }

    private static void CheckPeers(P2pNodeOptions options, OptionFailures failures)
    {
        if (options.Peers is null)
            failures.Add(nameof(options.Peers), null, "a list, or absent for none");
        for (int i = 0; i < options.Peers?.Count; i++)
        {
            if (!PeerAddress.TryParse(options.Peers[i], out _))
                failures.Add($"{nameof(options.Peers)}:{i}", options.Peers[i], "tcp://host:port or tcp://host:port#<peer id of 64 hex digits>");
        }

        if (options.Peers?.Count > options.MaxPeers)
            failures.Add(nameof(options.Peers), options.Peers.Count, $"at most {nameof(options.MaxPeers)} entries");
        if (options.AllowedPeers is not { } allowed)
            return;
        if (allowed.Count == 0)
            failures.Add(nameof(options.AllowedPeers), "[]", "at least one peer id, or absent to let everyone in");
        for (int i = 0; i < allowed.Count; i++)
        {
            if (!PeerId.TryParse(allowed[i], out _))
                failures.Add($"{nameof(options.AllowedPeers)}:{i}", allowed[i], "a peer id of 64 lowercase hex digits");
        }
    }

    private static void CheckTimes(P2pNodeOptions options, OptionFailures failures)
    {
        TimeSpan tenth = TimeSpan.FromMilliseconds(100);
        TimeSpan day = TimeSpan.FromDays(1);
        failures.Range(nameof(options.HandshakeTimeout), options.HandshakeTimeout, tenth, TimeSpan.FromMinutes(1));
        failures.Range(nameof(options.PingInterval), options.PingInterval, tenth, TimeSpan.FromHours(1));
        failures.Range(nameof(options.StaleAfter), options.StaleAfter, After(options.PingInterval), day);
        failures.Range(nameof(options.CloseAfter), options.CloseAfter, After(options.StaleAfter), day);
        failures.Range(nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(10), day);
        failures.Range(nameof(options.ClosedPeerRetention), options.ClosedPeerRetention, TimeSpan.Zero, day);
    }

    // The largest duration there is has none after it; it is out of its own range anyhow.
    private static TimeSpan After(TimeSpan duration) => TimeSpan.FromTicks(Math.Min(duration.Ticks, TimeSpan.MaxValue.Ticks / 2)) + TimeSpan.FromMilliseconds(1);

    private static void CheckDialPolicy(P2pDialPolicy policy, OptionFailures failures)
    {
        const string At = nameof(P2pNodeOptions.DialPolicy) + ":";
        failures.Range(At + nameof(policy.ConnectTimeout), policy.ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        failures.Range(At + nameof(policy.MaxConcurrentDials), policy.MaxConcurrentDials, 1, 1024);
        failures.Range(At + nameof(policy.BackoffInitial), policy.BackoffInitial, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        failures.Range(At + nameof(policy.BackoffMaxPersistent), policy.BackoffMaxPersistent, policy.BackoffInitial, TimeSpan.FromHours(1));
        failures.Range(At + nameof(policy.BackoffMax), policy.BackoffMax, policy.BackoffInitial, TimeSpan.FromDays(1));
        failures.Range(At + nameof(policy.BackoffResetAfter), policy.BackoffResetAfter, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    private static void CheckLimits(P2pLimits limits, OptionFailures failures)
    {
        const string At = nameof(P2pNodeOptions.Limits) + ":";
        const int Many = 100_000;
        TimeSpan second = TimeSpan.FromSeconds(1);
        TimeSpan hour = TimeSpan.FromHours(1);
        failures.Range(At + nameof(limits.MaxMessageBytes), limits.MaxMessageBytes, 1024, 16 * 1024 * 1024);
        failures.Range(At + nameof(limits.FrameTimeout), limits.FrameTimeout, second, hour);
        failures.Range(At + nameof(limits.ConnectionsPerAddress), limits.ConnectionsPerAddress, 1, Many);
        failures.Range(At + nameof(limits.ConnectionsPerPrefix56), limits.ConnectionsPerPrefix56, 1, Many);
        failures.Range(At + nameof(limits.ConnectionsPerPrefix48), limits.ConnectionsPerPrefix48, 1, Many);
        if (limits.NewConnectionsPerSecond is not (>= 0.01 and <= Many))
            failures.Add(At + nameof(limits.NewConnectionsPerSecond), limits.NewConnectionsPerSecond.ToString(CultureInfo.InvariantCulture), "0.01 to 100000");
        failures.Range(At + nameof(limits.NewConnectionsBurst), limits.NewConnectionsBurst, 1, Many);
        failures.Range(At + nameof(limits.PendingHandshakes), limits.PendingHandshakes, 1, Many);
        failures.Range(At + nameof(limits.PendingHandshakesPerAddress), limits.PendingHandshakesPerAddress, 1, Many);
        failures.Range(At + nameof(limits.GatekeeperTimeout), limits.GatekeeperTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        failures.Range(At + nameof(limits.HandshakeConcurrency), limits.HandshakeConcurrency, 0, 1024);
        failures.Range(At + nameof(limits.EphemeralKeysKept), limits.EphemeralKeysKept, 0, 1_000_000);
        failures.Range(At + nameof(limits.HandshakeBytes), limits.HandshakeBytes, 4608, 65_536);
        failures.Range(At + nameof(limits.HandshakeBytesTotal), limits.HandshakeBytesTotal, limits.HandshakeBytes, 1024 * 1024 * 1024);
        failures.Range(At + nameof(limits.SendQueueBytes), limits.SendQueueBytes, 64 * 1024, 1024 * 1024 * 1024);
        failures.Range(At + nameof(limits.SendQueueBytesTotal), limits.SendQueueBytesTotal, 1024 * 1024, 1024L * 1024 * 1024 * 1024);
        failures.Range(At + nameof(limits.SendTimeout), limits.SendTimeout, second, hour);
        failures.Range(At + nameof(limits.RequestsPerPeer), limits.RequestsPerPeer, 1, 65_536);
        failures.Range(At + nameof(limits.StreamsPerPeer), limits.StreamsPerPeer, 1, 65_536);
        failures.Range(At + nameof(limits.StreamWindowBytes), limits.StreamWindowBytes, 16 * 1024, 16 * 1024 * 1024);
        failures.Range(At + nameof(limits.ReceiveQueueBytesTotal), limits.ReceiveQueueBytesTotal, 1024 * 1024, 1024L * 1024 * 1024 * 1024);
        failures.Range(At + nameof(limits.Takeovers), limits.Takeovers, 1, 1000);
        failures.Range(At + nameof(limits.BackoffEntries), limits.BackoffEntries, 16, 1_000_000);
        failures.Range(At + nameof(limits.AddressBuckets), limits.AddressBuckets, 16, 10_000_000);
        failures.Range(At + nameof(limits.Bans), limits.Bans, 1, 1_000_000);
        failures.Range(At + nameof(limits.ClosedPeers), limits.ClosedPeers, 0, 1_000_000);
    }

    // Half a surrogate pair has no UTF-8, which is what the name is hashed as.
    private static bool IsUnicode(string text) => System.Text.Unicode.Utf8.FromUtf16(text, stackalloc byte[text.Length * 3], out _, out _, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done;

    internal static bool IsKey(string text)
    {
        Span<byte> key = stackalloc byte[48];
        return Convert.TryFromBase64String(text.Trim(), key, out int length) && length == 32;
    }
}
