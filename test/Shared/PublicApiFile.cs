using System.Reflection;

namespace Vix.P2p.Shared;

/// <summary>The checked-in listing of a package's public API: src/NAME/PublicApi.txt.</summary>
internal static class PublicApiFile
{
    private const string UpdateVariable = "UPDATE_PUBLIC_API";

    /// <summary>What differs, and the command that accepts it; null when nothing does.</summary>
    public static string? Compare(Assembly assembly, string testProject)
    {
        string name = assembly.GetName().Name!;
        string path = Repository.Path("src", name, "PublicApi.txt");
        IReadOnlyList<string> now = PublicApiListing.Of(assembly);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, string.Join('\n', now) + "\n");
        string[] listed = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (listed.SequenceEqual(now))
            return null;

        // Members are told apart by the type they stand under: the same line may be there twice.
        HashSet<string> before = [.. WithType(listed)];
        HashSet<string> after = [.. WithType(now)];
        IEnumerable<string> differences =
            [.. before.Except(after).Select(line => $"- {line}"), .. after.Except(before).Select(line => $"+ {line}")];
        return $"""
            The public API of {name} is not what src/{name}/PublicApi.txt lists:
            {string.Join('\n', differences.Order(StringComparer.Ordinal))}
            If that is meant: {UpdateVariable}=1 dotnet test test/{testProject} --filter Name~PublicApi
            """;
    }

    private static IEnumerable<string> WithType(IEnumerable<string> lines)
    {
        string type = "";
        foreach (string line in lines)
        {
            if (line.Length == 0)
                continue;
            if (!line.StartsWith(' '))
                type = line;
            yield return line.StartsWith(' ') ? $"{type} {{{line[3..]} }}" : line;
        }
    }
}
