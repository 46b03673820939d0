using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Shared;

namespace Vix.P2p.Tests.Documents;

/// <summary>docs/messaging.md shows code that compiles, every reason's code and every number as they are.</summary>
public sealed partial class MessagingDocumentTests
{
    private static readonly string Document = File.ReadAllText(Repository.Path("docs", "messaging.md")).ReplaceLineEndings("\n");

    private static readonly string Observability = File.ReadAllText(Repository.Path("docs", "observability.md")).ReplaceLineEndings("\n");

    private static readonly string Security = File.ReadAllText(Repository.Path("docs", "security.md")).ReplaceLineEndings("\n");

    private static readonly string Readme = File.ReadAllText(Repository.Path("README.md")).ReplaceLineEndings("\n");

    [Test]
    public void Example_Each_IsARegionThatCompiles()
    {
        Dictionary<string, string> regions = Directory.EnumerateFiles(Repository.Path("test", "Vix.P2p.Tests", "Documents"), "*.cs")
            .SelectMany(file => Region().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")))
            .ToDictionary(region => region.Groups["name"].Value, region => Unindent(region.Groups["code"].Value));
        Dictionary<string, string> examples = Example().Matches(Document + Observability + Security + Readme)
            .ToDictionary(example => example.Groups["name"].Value, example => example.Groups["code"].Value);

        examples.Should().BeEquivalentTo(regions);
        foreach (string document in (string[])[Document, Observability, Security])
            CodeBlock().Count(document).Should().Be(Example().Count(document), "a block without a name is compared with nothing");
    }

    [Test]
    public void Limit_EachThatIsNamed_HasTheDefaultThatIsShown()
    {
        P2pLimits limits = new();
        string[] shown =
        [
            $"`MaxMessageBytes`, {limits.MaxMessageBytes / 1024 / 1024} MiB",
            $"`SendQueueBytes`, {limits.SendQueueBytes / 1024 / 1024} MiB",
            $"`SendQueueBytesTotal`, {limits.SendQueueBytesTotal / 1024 / 1024} MiB",
            $"`SendTimeout`, {limits.SendTimeout.TotalSeconds} s",
            $"`P2p:RequestTimeout`, {new P2pNodeOptions().RequestTimeout.TotalSeconds} s",
            FormattableString.Invariant($"`RequestsPerPeer`, {limits.RequestsPerPeer:N0}"),
            $"`StreamsPerPeer`, {limits.StreamsPerPeer}",
            $"`StreamWindowBytes`, {limits.StreamWindowBytes / 1024} KiB",
            $"`ReceiveQueueBytesTotal`, {limits.ReceiveQueueBytesTotal / 1024 / 1024} MiB",
            $"the text of a remote error | {P2pRemoteException.MaxTextBytes} bytes",
        ];

        shown.Where(text => !Document.Contains(text, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Test]
    public void Code_Each_IsInTheTable()
    {
        IEnumerable<string> rows = typeof(P2pErrorCode).GetFields()
            .Select(field => (field.Name, Value: (int)field.GetRawConstantValue()!))
            .Where(code => code.Value is > P2pErrorCode.None and < P2pErrorCode.FirstApplicationCode)
            .Select(code => $"| {code.Value} | `{code.Name}` |");

        rows.Where(row => !Document.Contains(row, StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static string Unindent(string code)
    {
        string[] lines = code.Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
    }

    [GeneratedRegex(@"^ *#region (?<name>[a-z ]+)\n(?<code>.*?\n) *#endregion", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"<!-- example: (?<name>[a-z ]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^```csharp", RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
