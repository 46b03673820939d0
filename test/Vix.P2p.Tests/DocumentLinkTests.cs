using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Shared;

namespace Vix.P2p.Tests;

public sealed partial class DocumentLinkTests
{
    private static IEnumerable<string> Documents =>
        Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories)
            .Append(Repository.Path("README.md"))
            .Append(Repository.Path("SECURITY.md"))
            .Append(Repository.Path("CHANGELOG.md"));

    [Test]
    public void Link_ToAFileOfTheRepository_LeadsThere()
    {
        IEnumerable<(string Document, string Target)> links =
            from document in Documents
            from Match link in Link().Matches(File.ReadAllText(document))
            let target = link.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal)
            select (document, target);

        links.Should().NotBeEmpty();
        links.Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(link.Document)!, link.Target)))
            .Select(link => $"{Path.GetRelativePath(Repository.Root, link.Document)}: {link.Target}")
            .Should().BeEmpty();
    }

    [Test]
    public void Proof_NamedInTheSecurityDocument_IsATestOfTheTree()
    {
        string[] named = [.. ProofName().Matches(File.ReadAllText(Repository.Path("docs/security.md"))).Select(name => name.Groups["name"].Value)];
        HashSet<string?> tests = [.. Directory.EnumerateFiles(Repository.Path("test"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension)];

        named.Should().NotBeEmpty().And.OnlyContain(name => tests.Contains(name));
    }

    [GeneratedRegex("`(?<name>[A-Za-z0-9]+Tests)`")]
    private static partial Regex ProofName();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
