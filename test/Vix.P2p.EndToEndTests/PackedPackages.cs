using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests;

/// <summary>
/// Packs the packages into a feed of their own and builds a new web app, outside the repository, that references
/// Vix.P2p.Http from it and nothing else: what a user has after `dotnet add package`.
/// </summary>
[SetUpFixture]
public sealed class PackedPackages
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Vix.P2p.Http" Version="{VERSION}" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddP2pNode();

        var app = builder.Build();
        app.MapP2pControl();
        app.Run();
        """;

    private const string Sources = """
        <configuration>
          <packageSources>
            <add key="just-packed" value="{FEED}" />
          </packageSources>
        </configuration>
        """;

    private static string _root = "";

    /// <summary>A version that no cache has seen.</summary>
    public static string Version { get; private set; } = "";

    public static string Feed => Path.Combine(_root, "feed");

    public static string AppFolder => Path.Combine(_root, "app");

    public static string AppAssembly => Path.Combine(AppFolder, "out", "App.dll");

    /// <summary>A folder for what one test writes; it goes with the rest.</summary>
    public static string NewFolder() => Directory.CreateDirectory(Path.Combine(_root, "work", Guid.NewGuid().ToString("N"))).FullName;

    [OneTimeSetUp]
    public async Task PackAndBuildAsync()
    {
        _root = Directory.CreateTempSubdirectory("vix-p2p-").FullName;
        Version = $"0.0.0-e2e.{DateTime.UtcNow:yyyyMMddHHmmss}.{Environment.ProcessId}";
        Directory.CreateDirectory(Feed);
        Directory.CreateDirectory(AppFolder);

        // Built into a folder of its own: the repository's bin and obj belong to the run that these tests are part of.
        foreach (string package in (string[])["Vix.P2p", "Vix.P2p.Contracts", "Vix.P2p.Http", "Vix.P2p.Client", "Vix.P2p.Cli"])
        {
            await DotnetAsync(
                Repository.Root,
                "pack", Repository.Path("src", package), "--configuration", "Release", "--output", Feed,
                "--artifacts-path", Path.Combine(_root, "artifacts"), $"-p:Version={Version}", "-p:UseSharedCompilation=false");
        }

        await BuildAsync(AppFolder, Project, Program);
    }

    /// <summary>Builds a program from the packages into the folder's <c>out</c>, as its user does.</summary>
    public static async Task BuildAsync(string folder, string project, string program)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "App.csproj"), project.Replace("{VERSION}", Version, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program);
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), Sources.Replace("{FEED}", Feed, StringComparison.Ordinal));
        await DotnetAsync(
            folder,
            "build", "--configuration", "Release", "--output", Path.Combine(folder, "out"),
            $"-p:RestoreFallbackFolders={SharedCache()}", "-p:UseSharedCompilation=false");
    }

    /// <summary>Installs a tool from its package, as `dotnet tool install` does for its user.</summary>
    public static async Task InstallToolAsync(string package, string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), Sources.Replace("{FEED}", Feed, StringComparison.Ordinal));
        await DotnetAsync(folder, "tool", "install", package, "--version", Version, "--tool-path", folder);
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_root, recursive: true);

    // The packages just packed go to a cache of their own, which goes with the rest; others are taken from the machine's.
    private static Task<string> DotnetAsync(string folder, params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", folder, arguments, folder != Repository.Root
            ? new Dictionary<string, string> { ["NUGET_PACKAGES"] = Path.Combine(_root, "packages") }
            : null);

    private static string SharedCache()
    {
        string folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Directory.Exists(folder) ? folder : "";
    }
}
