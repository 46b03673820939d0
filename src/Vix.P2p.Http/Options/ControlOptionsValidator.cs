using System.Buffers;
using System.Globalization;
using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Options;

/// <summary>Checks a control plane's options; each message names the setting's full path, the value and the range.</summary>
internal static class ControlOptionsValidator
{
    private const int MaxPrefixLength = 128;
    private const int MaxEntries = 64;
    private const int MaxHeavyConcurrency = 10_000;
    private const int MaxOpenStreams = 100_000;
    private const int MaxPeers = 100_000;
    private const int MaxKeyFileBytes = 4096;

    private static readonly SearchValues<char> SegmentCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static ControlOptions? Validate(P2pControlOptions options, string section, List<string> failures)
    {
        if (!IsPrefix(options.Prefix))
            failures.Add(PrefixMessage($"{section}:Prefix", options.Prefix));
        Range($"{section}:{nameof(options.HeavyConcurrency)}", options.HeavyConcurrency, 1, MaxHeavyConcurrency, failures);
        Range($"{section}:{nameof(options.MaxStreams)}", options.MaxStreams, 1, MaxOpenStreams, failures);
        Range($"{section}:{nameof(options.MinConnectedPeers)}", options.MinConnectedPeers, 0, MaxPeers, failures);
        ApiKey? key = ReadKey(options, section, failures);
        HashSet<string> hosts = ReadHosts(options.AllowedHosts ?? [], section, failures);
        HashSet<string> origins = ReadOrigins(options.AllowedOrigins ?? [], section, failures);
        return failures.Count > 0
            ? null
            : new ControlOptions(section, options.Prefix, key, options.AllowLocal, hosts, origins, options.HeavyConcurrency, options.MaxStreams, options.MinConnectedPeers);
    }

    /// <summary>Whether a prefix is one or more literal segments; "/" would put the catch-all over the whole app.</summary>
    public static bool IsPrefix(string? prefix)
    {
        if (prefix is not { Length: > 1 and <= MaxPrefixLength } || prefix[0] != '/')
            return false;
        foreach (Range range in prefix.AsSpan(1).Split('/'))
        {
            ReadOnlySpan<char> segment = prefix.AsSpan(1)[range];
            if (segment.IsEmpty || segment is "." or ".." || segment.ContainsAnyExcept(SegmentCharacters))
                return false;
        }

        return true;
    }

    public static string PrefixMessage(string name, string? value) =>
        $"{name} is '{value}'; it must be a path of literal segments such as /p2p, without a slash at the end, of at most {MaxPrefixLength} characters.";

    private static void Range(string name, int value, int min, int max, List<string> failures)
    {
        if (value < min || value > max)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {min} to {max}."));
    }

    private static ApiKey? ReadKey(P2pControlOptions options, string section, List<string> failures)
    {
        string? key = options.ApiKey;
        string name = $"{section}:ApiKey";
        if (options.ApiKeyPath is { } path)
        {
            if (key is not null)
            {
                failures.Add($"{section}:ApiKey and {section}:ApiKeyPath are both set; set one.");
                return null;
            }

            name = $"{section}:ApiKeyPath";
            try
            {
                using FileStream file = File.OpenRead(path);
                using StreamReader reader = new(file);
                char[] buffer = new char[MaxKeyFileBytes];
                key = new string(buffer, 0, reader.ReadBlock(buffer)).Trim();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                failures.Add($"{name} is '{path}'; the file cannot be read: {exception.Message}");
                return null;
            }
        }

        if (key is null)
            return null;
        if (ApiKey.IsWellFormed(key))
            return new ApiKey(key);
        // The key itself is never printed, not even a wrong one.
        failures.Add(string.Create(CultureInfo.InvariantCulture, $"{name} holds a key of {key.Length} characters; it must be {ApiKey.MinLength} to {ApiKey.MaxLength} visible ASCII characters."));
        return null;
    }

    private static HashSet<string> ReadHosts(IList<string> entries, string section, List<string> failures)
    {
        HashSet<string> hosts = new(StringComparer.OrdinalIgnoreCase);
        if (entries.Count > MaxEntries)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{section}:AllowedHosts has {entries.Count} entries; it may have at most {MaxEntries}."));
        for (int i = 0; i < entries.Count; i++)
        {
            // An IPv6 address may come with or without its brackets.
            string? entry = entries[i];
            string? host = entry is ['[', .. var inner, ']'] ? inner : entry;
            if (PeerEndpoint.TryCreate("tcp", host, 1, out PeerEndpoint? endpoint, out _))
                hosts.Add(endpoint.Host);
            else
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{section}:AllowedHosts:{i} is '{entry}'; it must be one host name or address such as node.example, without a scheme, a port or a wildcard."));
        }

        return hosts;
    }

    private static HashSet<string> ReadOrigins(IList<string> entries, string section, List<string> failures)
    {
        HashSet<string> origins = new(StringComparer.Ordinal);
        if (entries.Count > MaxEntries)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{section}:AllowedOrigins has {entries.Count} entries; it may have at most {MaxEntries}."));
        for (int i = 0; i < entries.Count; i++)
        {
            if (WebOrigin.TryParse(entries[i], out WebOrigin origin))
                origins.Add(origin.ToString());
            else
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{section}:AllowedOrigins:{i} is '{entries[i]}'; it must be an origin such as https://ops.example or http://ops.example:8080, without a path or a wildcard."));
        }

        return origins;
    }
}
