using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>A console program that has the packed client and nothing else of ours.</summary>
public sealed class ClientTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <EnableAotAnalyzer>true</EnableAotAnalyzer>
            <EnableTrimAnalyzer>true</EnableTrimAnalyzer>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Vix.P2p.Client" Version="{VERSION}" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using Vix.P2p.Client;
        using Vix.P2p.Contracts;

        using P2pControlClient node = P2pControlClient.Create(new P2pControlClientOptions { BaseAddress = new Uri(args[0]) });
        Console.WriteLine($"running: {(await node.GetStatusAsync()).Running}");
        Progress<P2pWatchState> connection = new(state => Console.WriteLine(state.IsConnected ? "connected" : $"lost {state.Failures}"));
        await foreach (P2pEvent change in node.WatchAsync(new P2pWatchOptions { StatusInterval = TimeSpan.Zero }, connection))
            Console.WriteLine($"event: {change.Type} {change.Peer?.Endpoint}");
        """;

    [Test]
    public async Task Program_OfThePackedClient_WatchesANodeOverItsDeath()
    {
        string folder = PackedPackages.NewFolder();
        await PackedPackages.BuildAsync(folder, Project, Program);
        string address = $"http://127.0.0.1:{FreePort.Next()}";
        await using WebApp app = await WebApp.StartAsync($"urls={address}");

        await using ChildProcess program = ChildProcess.Start("dotnet", folder, [Path.Combine(folder, "out", "App.dll"), address + "/p2p"]);
        await program.WaitForOutputAsync("running: True", Within);
        await program.WaitForOutputAsync("event: status", Within);
        await app.PostTextAsync("/p2p/connect", """{"host":"127.0.0.1","port":1}""");
        await program.WaitForOutputAsync("event: connect_failed tcp://127.0.0.1:1", Within);

        app.Process.Kill();
        await program.WaitForOutputAsync("lost 1", Within);
        await using WebApp again = await WebApp.StartAsync($"urls={address}");
        await program.WaitForOutputAsync("event: resync", Within);
        await again.PostTextAsync("/p2p/connect", """{"host":"127.0.0.1","port":2}""");
        await program.WaitForOutputAsync("event: connect_failed tcp://127.0.0.1:2", Within);
    }
}
