using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace Vix.P2p.Http.Dashboard;

/// <summary>The files of the page, read once from this assembly's resources and kept.</summary>
internal static class DashboardAssets
{
    public const string Page = "index.html";

    private const string ResourcePrefix = "dashboard/";

    private static readonly Lazy<FrozenDictionary<string, DashboardAsset>> All = new(Load);

    /// <summary>The names of the files.</summary>
    public static IEnumerable<string> Names => All.Value.Keys;

    /// <summary>The file of that name; null where there is none. Names are case-sensitive.</summary>
    public static DashboardAsset? Find(string name) => All.Value.GetValueOrDefault(name);

    private static FrozenDictionary<string, DashboardAsset> Load()
    {
        Assembly assembly = typeof(DashboardAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .ToFrozenDictionary(resource => resource[ResourcePrefix.Length..], resource => Read(assembly, resource), StringComparer.Ordinal);
    }

    private static DashboardAsset Read(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        return new DashboardAsset(content, ContentType(resource), string.Create(CultureInfo.InvariantCulture, $"\"{hash}\""));
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"There is no media type for {name}."),
    };
}
