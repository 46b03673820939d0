using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.EndToEndTests;

/// <summary>What is in the packages.</summary>
public sealed class PackageTests
{
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [TestCase("Vix.P2p", "AddP2pNode")]
    [TestCase("Vix.P2p.Http", "AddP2pNode")]
    [TestCase("Vix.P2p.Client", "AddP2pControlClient")]
    [TestCase("Vix.P2p.Contracts", "P2pControlJson")]
    public void Package_Always_HoldsExactlyTheseFiles(string id, string beginning)
    {
        using ZipArchive package = Open(id, "nupkg");

        package.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")
            .Should().BeEquivalentTo($"{id}.nuspec", "README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml");
        package.GetEntry("icon.png")!.Length.Should().BePositive();
        Read(package, "README.md").Should().StartWith($"# {id}").And.Contain(beginning, "the package's page shows how to begin");
    }

    [Test]
    public void Package_OfTheTool_HoldsAllThatItRunsWithAndNoMore()
    {
        using ZipArchive package = Open("Vix.P2p.Cli", "nupkg");

        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        files.Where(name => name.StartsWith("lib/", StringComparison.Ordinal) || name.EndsWith(".xml", StringComparison.Ordinal) && name.Contains("/Vix.", StringComparison.Ordinal)).Should().BeEmpty();
        files.Where(name => name.EndsWith(".resources.dll", StringComparison.Ordinal)).Should().BeEmpty();
        files.Should().Contain(["README.md", "icon.png", "tools/net10.0/any/DotnetToolSettings.xml", "tools/net10.0/any/Vix.P2p.Cli.dll", "tools/net10.0/any/Vix.P2p.Http.dll"]);
        Read(package, "README.md").Should().StartWith("# Vix.P2p.Cli").And.Contain("dotnet tool install --global Vix.P2p.Cli");
        Read(package, "tools/net10.0/any/DotnetToolSettings.xml").Should().Contain("Name=\"vix-p2p\"");
        Dependencies("Vix.P2p.Cli").Should().BeEmpty("a tool brings its own");
    }

    [TestCase("Vix.P2p")]
    [TestCase("Vix.P2p.Http")]
    [TestCase("Vix.P2p.Client")]
    [TestCase("Vix.P2p.Contracts")]
    [TestCase("Vix.P2p.Cli")]
    public void Package_Always_NamesItsReadmeIconAndLicense(string id)
    {
        XElement metadata = Metadata(id);

        Value(metadata, "id").Should().Be(id);
        Value(metadata, "version").Should().Be(PackedPackages.Version);
        Value(metadata, "license").Should().Be("MIT");
        Value(metadata, "readme").Should().Be("README.md");
        Value(metadata, "icon").Should().Be("icon.png");
        Value(metadata, "description").Should().NotBeNullOrWhiteSpace();
    }

    [Test]
    public void Package_VixP2p_DependsOnTheHostingAbstractionsOnly()
    {
        string[] direct = ["Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Options", "Microsoft.Extensions.Options.ConfigurationExtensions"];
        // What those bring along is pinned, and a pinned package is written into the package as well.
        string[] pinned =
        [
            "Microsoft.Extensions.Configuration", "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.Configuration.Binder",
            "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Diagnostics.Abstractions",
            "Microsoft.Extensions.FileProviders.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Primitives",
        ];

        string[] dependencies = Dependencies("Vix.P2p");

        dependencies.Should().Contain(direct).And.BeSubsetOf([.. direct, .. pinned]);
        References("Vix.P2p").Should().BeEmpty("workers and console apps have no ASP.NET");
    }

    [Test]
    public void Package_VixP2pHttp_DependsOnTheNodeAndAspNetOnly()
    {
        // Microsoft.OpenApi comes with the other one, and is pinned.
        Dependencies("Vix.P2p.Http").Should().BeEquivalentTo("Vix.P2p", "Vix.P2p.Contracts", "Microsoft.AspNetCore.OpenApi", "Microsoft.OpenApi");
        References("Vix.P2p.Http").Should().Equal("Microsoft.AspNetCore.App");
    }

    [Test]
    public void Package_VixP2pClient_NeedsNoAspNet()
    {
        Dependencies("Vix.P2p.Client").Should().Contain(["Vix.P2p.Contracts", "Microsoft.Extensions.Http"])
            .And.OnlyContain(dependency => dependency == "Vix.P2p.Contracts" || dependency.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal));
        References("Vix.P2p.Client").Should().BeEmpty();
        Dependencies("Vix.P2p.Contracts").Should().BeEmpty();
    }

    [TestCase("Vix.P2p")]
    [TestCase("Vix.P2p.Http")]
    [TestCase("Vix.P2p.Client")]
    [TestCase("Vix.P2p.Contracts")]
    public void SymbolPackage_Always_HoldsPortableSymbolsWithTheSources(string id)
    {
        using ZipArchive symbols = Open(id, "snupkg");
        using Stream packed = symbols.GetEntry($"lib/net10.0/{id}.pdb")!.Open();
        using MemoryStream pdb = new();
        packed.CopyTo(pdb);
        pdb.Position = 0;

        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(pdb);
        MetadataReader reader = provider.GetMetadataReader();
        int embedded = reader.CustomDebugInformation
            .Count(handle => reader.GetGuid(reader.GetCustomDebugInformation(handle).Kind) == EmbeddedSource);

        embedded.Should().Be(reader.Documents.Count);
    }

    [TestCase("Vix.P2p", "T:Vix.P2p.IP2pNode")]
    [TestCase("Vix.P2p", "T:Vix.P2p.P2pNodeOptions")]
    [TestCase("Vix.P2p.Http", "MapP2pControl")]
    [TestCase("Vix.P2p.Client", "T:Vix.P2p.Client.P2pControlClient")]
    public void Documentation_Always_DescribesThePublicTypes(string id, string member)
    {
        using ZipArchive package = Open(id, "nupkg");

        XDocument documentation = XDocument.Parse(Read(package, $"lib/net10.0/{id}.xml"));

        documentation.Descendants("member")
            .Where(element => element.Attribute("name")!.Value.Contains(member, StringComparison.Ordinal))
            .Should().NotBeEmpty().And.OnlyContain(element => element.Element("summary") != null || element.Element("inheritdoc") != null);
    }

    private static ZipArchive Open(string id, string kind) =>
        ZipFile.OpenRead(Path.Combine(PackedPackages.Feed, $"{id}.{PackedPackages.Version}.{kind}"));

    private static string Read(ZipArchive package, string name)
    {
        using StreamReader reader = new(package.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static XElement Metadata(string id)
    {
        using ZipArchive package = Open(id, "nupkg");
        return XDocument.Parse(Read(package, $"{id}.nuspec")).Root!.Elements().Single();
    }

    private static string? Value(XElement metadata, string name) =>
        metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

    private static string[] Dependencies(string id) =>
        [.. Metadata(id).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value)];

    private static string[] References(string id) =>
        [.. Metadata(id).Descendants().Where(element => element.Name.LocalName == "frameworkReference").Select(element => element.Attribute("name")!.Value)];
}
