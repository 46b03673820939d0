using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>What stops a host at start, in words that name the setting, the value and the cause; and what a start keeps.</summary>
public sealed class StartTests
{
    [Test]
    public async Task Start_WithAPortInUse_StopsTheHost()
    {
        using TcpListener taken = new(IPAddress.Loopback, FreePort.Next());
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        string output = await FailToStartAsync("P2p:ListenAddress=127.0.0.1", $"P2p:ListenPort={port}");

        output.Should().Contain("P2p:ListenPort").And.Contain(port.ToString(CultureInfo.InvariantCulture)).And.ContainEquivalentOf("in use");
    }

    [TestCase("P2p:ListenPort", "70000", "65535")]
    [TestCase("P2p:ListenPort", "abc", "System.Int32")]
    [TestCase("P2p:MaxPeers", "0", "1 to 100000")]
    [TestCase("P2p:PingInterval", "5", "00:00:05")]
    [TestCase("P2p:ListenAddress", "not-an-address", "an IPv4 or IPv6 address")]
    [TestCase("P2p:Peers:0", "http://127.0.0.1", "tcp://host:port")]
    [TestCase("P2p:Limits:PendingHandshakes", "-1", "1 to 100000")]
    [TestCase("P2p:DialPolicy:MaxConcurrentDials", "0", "1 to 1024")]
    public async Task Start_WithABadOption_StopsTheHost(string setting, string value, string expected)
    {
        string output = await FailToStartAsync($"{setting}={value}");

        output.Should().Contain(setting).And.Contain(value).And.Contain(expected);
    }

    [Test]
    public async Task Start_WithABadNetworkKey_StopsTheHostAndDoesNotPrintIt()
    {
        string output = await FailToStartAsync("P2p:NetworkKey=c2VjcmV0LWJ1dC1zaG9ydA==");

        output.Should().Contain("P2p:NetworkKey").And.Contain("32 bytes");
        output.Should().NotContain("c2VjcmV0LWJ1dC1zaG9ydA").And.NotContain("secret-but-short");
    }

    [Test]
    public async Task Start_WithADamagedIdentity_StopsTheHost()
    {
        string path = Path.Combine(PackedPackages.NewFolder(), "identity.pem");
        await File.WriteAllTextAsync(path, "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        string output = await FailToStartAsync($"P2p:IdentityPath={path}");

        output.Should().Contain("P2p:IdentityPath").And.Contain(path);
        output.Should().NotContain("bm90IGEga2V5");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "File modes are of Unix; on Windows the folder's ACL counts.")]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_WithAnIdentityThatOthersCanRead_StopsTheHost()
    {
        string path = Path.Combine(PackedPackages.NewFolder(), "identity.pem");
        await using (WebApp first = await WebApp.StartAsync($"P2p:IdentityPath={path}"))
            File.GetUnixFileMode(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        string output = await FailToStartAsync($"P2p:IdentityPath={path}");

        output.Should().Contain("P2p:IdentityPath").And.Contain(path).And.Contain("chmod 600");
    }

    [Test]
    public async Task Start_WithTheSameIdentityPath_KeepsThePeerId()
    {
        string path = Path.Combine(PackedPackages.NewFolder(), "identity.pem");
        List<string> ids = [];
        for (int start = 0; start < 2; start++)
        {
            await using WebApp app = await WebApp.StartAsync($"P2p:IdentityPath={path}");
            ids.Add((await app.GetAsync("/p2p/status")).Text("id"));
        }

        ids[1].Should().Be(ids[0]).And.MatchRegex("^[0-9a-f]{64}$");
    }

    private static async Task<string> FailToStartAsync(params string[] settings)
    {
        await using ChildProcess process = WebApp.StartProcess(settings);
        await Poll.UntilAsync(
            () => Task.FromResult(process.Output),
            output => !process.IsRunning || output.Contains(WebApp.Listening, StringComparison.Ordinal),
            TimeSpan.FromSeconds(60),
            "the host ends or listens");
        process.Output.Should().NotContain(WebApp.Listening);
        (await process.WaitForExitAsync(TimeSpan.FromSeconds(10))).Should().NotBe(0, process.Output);
        return process.Output;
    }
}
