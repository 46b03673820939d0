using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Starts that work, and starts that say which setting is to be changed.</summary>
[TestFixture]
public sealed class StartTests
{
    [Test]
    public async Task Start_AnyPort_SaysWhich()
    {
        await using var node = await TestNode.StartAsync();

        node.Status.State.Should().Be(NodeState.Running);
        node.Status.Listen.Should().ContainSingle().Which.Should().MatchRegex(@"^tcp://127\.0\.0\.1:[1-9][0-9]*$");
        node.Log.Lines.Should().Contain(line => line.Contains(node.Status.Listen[0], StringComparison.Ordinal) && line.Contains(node.Id.ToString(), StringComparison.Ordinal));
    }

    [Test]
    public async Task Start_PortInUse_NamesSettingValueAndCause()
    {
        await using var first = await TestNode.StartAsync();
        await using var second = TestNode.Create(options =>
        {
            options.ListenOnAnyPort = false;
            options.ListenPort = first.Address.Port;
        });

        var error = (await second.Node.Invoking(node => node.StartAsync()).Should().ThrowAsync<P2pStartException>()).Which;

        error.Setting.Should().Be("P2p:ListenPort");
        error.Message.Should().Contain($"P2p:ListenPort is {first.Address.Port}").And.Contain("127.0.0.1").And.Contain("in use");
        second.Status.State.Should().Be(NodeState.Stopped);
        await second.Node.Invoking(node => node.StartAsync()).Should().ThrowAsync<InvalidOperationException>();
    }

    [Test]
    public async Task Start_AddressOfAnotherMachine_NamesTheSetting()
    {
        await using var node = TestNode.Create(options => options.ListenAddress = "192.0.2.1");

        var error = (await node.Node.Invoking(it => it.StartAsync()).Should().ThrowAsync<P2pStartException>()).Which;

        error.Message.Should().Contain("P2p:ListenAddress '192.0.2.1'");
    }

    [Test]
    public async Task Start_IdentityUnusable_NamesSettingPathAndCause()
    {
        using var folder = new TemporaryFolder();
        var damaged = folder.File("damaged.pem");
        await File.WriteAllTextAsync(damaged, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(damaged, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        foreach (var path in new[] { damaged, Path.GetDirectoryName(damaged)!, folder.File("no/such/folder.pem") })
        {
            await using var node = TestNode.Create(options => options.IdentityPath = path);

            var error = (await node.Node.Invoking(it => it.StartAsync()).Should().ThrowAsync<P2pStartException>()).Which;

            error.Setting.Should().Be("P2p:IdentityPath");
            error.Message.Should().Contain($"P2p:IdentityPath is '{path}'");
            node.Status.State.Should().Be(NodeState.Stopped);
        }
    }

    [Test]
    public async Task Start_IdentityOthersMayRead_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no file mode; the folder's ACL is said in the docs.");
            return;
        }

        using var folder = new TemporaryFolder();
        var path = folder.File("node.pem");
        await using (await TestNode.StartAsync(options => options.IdentityPath = path))
            File.GetUnixFileMode(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var node = TestNode.Create(options => options.IdentityPath = path);

        (await node.Node.Invoking(it => it.StartAsync()).Should().ThrowAsync<P2pStartException>()).WithMessage("*chmod 600*");
    }

    [Test]
    public async Task Start_NetworkKeyFileUnusable_NamesTheSetting()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("key"), "c2VjcmV0");

        foreach (var path in new[] { folder.File("key"), folder.File("missing") })
        {
            await using var node = TestNode.Create(options => options.NetworkKeyPath = path);

            var error = (await node.Node.Invoking(it => it.StartAsync()).Should().ThrowAsync<P2pStartException>()).Which;

            error.Setting.Should().Be("P2p:NetworkKeyPath");
            error.Message.Should().Contain(path).And.NotContain("c2VjcmV0");
        }
    }

    [Test]
    public async Task Start_OpenToAll_WarnsOnceUnlessAKeyAListOrAGatekeeperChooses()
    {
        await using var open = await TestNode.StartAsync(options => options.ListenAddress = null);
        await using var keyed = await TestNode.StartAsync(options => (options.ListenAddress, options.NetworkKey) = (null, Convert.ToBase64String(new byte[32])));
        await using var listed = await TestNode.StartAsync(options => (options.ListenAddress, options.AllowedPeers) = (null, [open.Id.ToString()]));
        await using var kept = await TestNode.StartAsync(options => options.ListenAddress = null, build: builder => builder.AddGatekeeper(new Doorman()));
        await using var local = await TestNode.StartAsync();

        Warnings(open).Should().Be(1);
        Warnings(keyed).Should().Be(0);
        Warnings(listed).Should().Be(0);
        Warnings(kept).Should().Be(0);
        Warnings(local).Should().Be(0);

        static int Warnings(TestNode node) => node.Log.Entries.Count(entry => entry.Level == LogLevel.Warning);
    }

    [Test]
    public async Task Dispose_NeverStarted_FreesNothingAndHangsNowhere()
    {
        await using var node = TestNode.Create();

        node.Status.State.Should().Be(NodeState.Created);
        node.Node.Connect(PeerEndpoint.Create("127.0.0.1", 1)).Reason.Should().Be(P2pReason.NotRunning);
    }

    [Test]
    public async Task Start_IdentityKept_TheIdStays()
    {
        using var folder = new TemporaryFolder();
        var ids = new List<PeerId>();
        for (var start = 0; start < 2; start++)
        {
            await using var node = await TestNode.StartAsync(options => options.IdentityPath = folder.File("node.pem"));
            ids.Add(node.Id);
        }

        ids[1].Should().Be(ids[0]);
    }

    [Test]
    public async Task Stop_FreesThePort()
    {
        var node = await TestNode.StartAsync();
        var endPoint = node.EndPoint;
        await node.DisposeAsync();

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        (await socket.Invoking(it => it.ConnectAsync(endPoint)).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    private sealed class Doorman : IP2pGatekeeper;
}
