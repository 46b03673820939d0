using System.Text.RegularExpressions;
using Vix.P2p.Shared;

namespace Vix.P2p.Http.Tests;

/// <summary>docs/security.md names the tests that prove what it says.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string Document = File.ReadAllText(Repository.Path("docs/security.md"));

    [Test]
    public void InAHost_EachOutcome_NamesTestsThatExist()
    {
        string[][] rows = [.. Rows("### In a host").Skip(1)];
        HashSet<string> tests = [.. typeof(SecurityDocumentTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttributes(inherit: false).Any(attribute => attribute is NUnit.Framework.Interfaces.ITestBuilder or NUnit.Framework.Interfaces.ISimpleTestBuilder))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")];

        rows.Should().HaveCountGreaterThan(25);
        foreach (string[] row in rows)
        {
            row.Should().HaveCount(3, row[0]);
            string[] named = [.. Name().Matches(row[2]).Select(match => match.Groups[1].Value)];
            named.Should().NotBeEmpty(row[0]).And.BeSubsetOf(tests, row[0]);
        }
    }

    [Test]
    public void Limits_EachRow_HasItsNumberAndNamesTestsThatExist()
    {
        string[][] rows = Rows("## Limits");

        rows.Should().HaveCountGreaterThanOrEqualTo(22);
        rows.Select(row => row[0].Trim()).Should().Equal(Enumerable.Range(1, rows.Length).Select(number => $"{number}"), "comments in the code name rows by number");
        foreach (string[] row in rows)
        {
            row.Should().HaveCount(5, row[1]);
            Name().Matches(row[4]).Select(match => match.Groups[1].Value).Should().NotBeEmpty(row[1]).And.BeSubsetOf(TestFiles, row[1]);
        }
    }

    [Test]
    public void ProvedTogether_EachPromise_NamesTestsThatExist()
    {
        string[][] rows = Rows("## Proved together");

        rows.Should().HaveCountGreaterThan(5);
        foreach (string row in rows.Where(row => !row[^1].Contains("](#in-a-host)", StringComparison.Ordinal)).Select(row => string.Join(" | ", row)).Where(row => !row.Contains("mutate.sh", StringComparison.Ordinal)))
            Name().Matches(row).Select(match => match.Groups[1].Value).Where(name => name.EndsWith("Tests", StringComparison.Ordinal) || name == "WholeRun").Should().NotBeEmpty(row).And.BeSubsetOf(TestFiles, row);
    }

    private static HashSet<string> TestFiles => [.. SourceFile.Under("test").Select(file => file.Name)];

    private static string[][] Rows(string heading) =>
        [.. Section(heading).Split('\n').Where(line => line.StartsWith('|') && !line.StartsWith("| ---", StringComparison.Ordinal)).Select(line => line.Trim('|').Split(" | ")).Where(row => row[0].Trim() is not ("#" or "promise"))];

    private static string Section(string heading)
    {
        int from = Document.IndexOf(heading + "\n", StringComparison.Ordinal);
        from.Should().BePositive("the document has '{0}'", heading);
        int to = Document.IndexOf("\n" + heading.Split(' ')[0] + " ", from + heading.Length, StringComparison.Ordinal);
        return to < 0 ? Document[from..] : Document[from..to];
    }

    [GeneratedRegex("`([A-Za-z.]+[A-Za-z0-9_.]*)`")]
    private static partial Regex Name();
}
