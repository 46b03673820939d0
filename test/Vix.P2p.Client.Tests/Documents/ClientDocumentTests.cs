using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Vix.P2p.Client.Streams;
using Vix.P2p.Shared;

namespace Vix.P2p.Client.Tests.Documents;

/// <summary>docs/client.md shows code that compiles, every option, call and code, and every number as it is.</summary>
public sealed partial class ClientDocumentTests
{
    private static readonly string Document = Read("docs", "client.md");

    private static readonly string Package = Read("src", "Vix.P2p.Client", "README.md");

    private static readonly string Readme = Read("README.md");

    [Test]
    public void Example_Each_IsARegionThatCompiles()
    {
        Dictionary<string, string> regions = Region().Matches(Read("test", "Vix.P2p.Client.Tests", "Documents", "ClientExamples.cs"))
            .ToDictionary(region => region.Groups["name"].Value, region => Unindent(region.Groups["code"].Value));
        (string Name, string Code)[] examples = [.. Example().Matches(Document + Package + Readme).Select(example => (example.Groups["name"].Value, example.Groups["code"].Value))];

        examples.Select(example => example.Name).Distinct().Should().BeEquivalentTo(regions.Keys);
        examples.Should().OnlyContain(example => example.Code == regions[example.Name]);
        foreach (string document in (string[])[Document, Package])
            CodeBlock().Count(document).Should().Be(Example().Count(document), "a block without a name is compared with nothing");
    }

    [Test]
    public void Option_Each_IsInTheTableWithItsDefault()
    {
        P2pControlClientOptions defaults = new();

        IEnumerable<string> rows = typeof(P2pControlClientOptions).GetProperties().Select(option =>
            $"| `{option.Name}` | {(option.GetValue(defaults) is { } value ? string.Create(CultureInfo.InvariantCulture, $"`{value}`") : "none")} |");

        rows.Where(row => !Document.Contains(row, StringComparison.Ordinal)).Should().BeEmpty();
        Document.Split('\n').Count(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|').Length == 6).Should().Be(rows.Count());
    }

    [Test]
    public void MemberOfAQuery_Each_IsNamed()
    {
        IEnumerable<string> members =
            from type in (Type[])[typeof(P2pPeersQuery), typeof(P2pLogsQuery), typeof(P2pWatchOptions)]
            from property in type.GetProperties()
            select $"`{property.Name}`";

        members.Where(member => !Document.Contains(member, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Test]
    public void Call_Each_IsInTheTable()
    {
        string table = Document[Document.IndexOf("| call | route |", StringComparison.Ordinal)..];

        typeof(P2pControlClient).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(method => method.Name).Where(name => name != nameof(IDisposable.Dispose))
            .Should().OnlyContain(name => table.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [TestCase(P2pControlErrorCode.HttpError)]
    [TestCase(P2pControlErrorCode.Redirected)]
    [TestCase(P2pControlErrorCode.InvalidResponse)]
    [TestCase(P2pControlErrorCode.ResponseTooLarge)]
    public void Code_EachOfTheClients_IsInTheTable(string code) => Document.Should().Contain($"| `{code}` |");

    [Test]
    public void Number_EachThatIsNamed_IsTheRealOne()
    {
        string[] shown =
        [
            $"silent for {StreamLimits.Silence.TotalSeconds} s",
            $"more than {StreamLimits.LineBytes / 1024 / 1024} MiB",
            string.Create(CultureInfo.InvariantCulture, $"{ReconnectDelay.Least.TotalSeconds / 2} to {ReconnectDelay.Least.TotalSeconds} s, then doubling up to {ReconnectDelay.Most.TotalSeconds / 2} to {ReconnectDelay.Most.TotalSeconds} s"),
        ];

        shown.Where(text => !Document.Replace("\n", " ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal).Contains(text, StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static string Read(params string[] path) => File.ReadAllText(Repository.Path(path)).ReplaceLineEndings("\n");

    private static string Unindent(string code)
    {
        string[] lines = code.Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
    }

    [GeneratedRegex(@"^ *#region (?<name>[a-z ]+)\n(?<code>.*?\n) *#endregion", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"<!-- client example: (?<name>[a-z ]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^```csharp", RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
