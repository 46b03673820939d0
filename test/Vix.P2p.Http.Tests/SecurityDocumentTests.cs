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
        string section = Section("### In a host");
        string[][] rows = [.. section.Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split(" | "))];
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
    public void WhatProvesIt_EachPromise_NamesTestsThatExist()
    {
        HashSet<string> files = [.. SourceFile.Under("test").Select(file => file.Name)];

        string[] named = [.. Section("## What proves it").Split('\n').Where(line => line.StartsWith('|')).Skip(2).SelectMany(line => Name().Matches(line)).Select(match => match.Groups[1].Value)];

        named.Should().HaveCountGreaterThan(40).And.BeSubsetOf(files);
    }

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
