using System.Security.Cryptography;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

/// <summary>What a node writes down, word for word, and what it never writes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LogTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Connect_Ready_WritesTheThreeLinesWordForWord()
    {
        await _net.StartAsync("b");
        List<string> lines = [];
        P2pNode a = _net.Make("a", build: builder => builder.OnLog(line =>
        {
            lock (lines)
                lines.Add(line);
        }));
        await a.StartAsync().Soon();

        PeerInfo peer = await a.ConnectAsync(TestNetwork.At("b")).Soon();

        lines.Where(line => line.Contains("connect()", StringComparison.Ordinal) || line.Contains("handshake", StringComparison.Ordinal)).Should().Equal(
            "[p2p] connect() requested: memory://b:1",
            "[p2p] handshake completed",
            $"[p2p] connect() ready: peer_id={peer.Id}");
    }

    [Test]
    public async Task Lines_OfANode_HaveTheOneCategory()
    {
        P2pNode a = await _net.StartAsync("a");
        await _net.StartAsync("b");
        await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await a.StopAsync().Soon();

        _net.Log.Lines.Should().NotBeEmpty().And.OnlyContain(line => line.Category == "Vix.P2p" && line.Id >= 1000);
    }

    [Test]
    public async Task Lines_OfANetworkWithAKey_HoldNoSecret()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, Guid.NewGuid().ToString("N") + ".pem");
        void Configure(P2pNodeOptions options) => (options.NetworkKey, options.NetworkName) = (Convert.ToBase64String(key), "net");
        P2pNode a = await _net.StartAsync("a", options =>
        {
            Configure(options);
            options.IdentityPath = path;
        });
        await _net.StartAsync("b", Configure);
        P2pNode c = await _net.StartAsync("c");
        await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await FluentActions.Awaiting(() => c.ConnectAsync(TestNetwork.At("b")).Soon()).Should().ThrowAsync<P2pConnectException>();
        await a.StopAsync().Soon();

        string[] secrets = [Convert.ToBase64String(key), Convert.ToHexString(key), .. File.ReadAllLines(path).Where(line => !line.StartsWith('-'))];
        _net.Log.Lines.Should().HaveCountGreaterThan(10).And.NotContain(line => secrets.Any(secret => (line.Text + line.Exception).Contains(secret, StringComparison.OrdinalIgnoreCase)));
        File.Delete(path);
    }

    [Test]
    public async Task Start_PeerThatIsNeverDialled_SaysSo()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Peers = ["quic://b:1", "tcp://169.254.1.1:1"]);

        a.GetPeers().Peers.Should().BeEmpty();
        _net.Log.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text).Should().Equal(
            "[p2p] P2p:Peers has quic://b:1, which this node never dials: unsupported_scheme",
            "[p2p] P2p:Peers has tcp://169.254.1.1:1, which this node never dials: endpoint_denied");
    }

    [Test]
    public async Task OnLog_Throws_NothingEnds()
    {
        P2pNode a = _net.Make("a", build: builder => builder.OnLog(_ => throw new InvalidOperationException("the program's own")));
        await a.StartAsync().Soon();
        await _net.StartAsync("b");

        (await a.ConnectAsync(TestNetwork.At("b")).Soon()).State.Should().Be(PeerState.Connected);
    }

    [Test]
    public void NodeLogger_HostsProviderThrows_TheProgramsOwnPlaceStillHasTheLine()
    {
        List<string> lines = [];
        var logger = new NodeLogger(new ThrowingLogger(), new LogHistory(TimeProvider.System), [lines.Add]);

        logger.LogInformation("one");
        logger.LogDebug("two");

        lines.Should().Equal("one");
    }

    [Test]
    public async Task OnLog_AsksTheNodeFromAnotherThreadAndWaits_DoesNotStandStill()
    {
        P2pNode? a = null;
        a = _net.Make("a", options => options.MaxPeers = 1, build: builder => builder.OnLog(line =>
        {
            // As a program does whose window's thread asks the node at this moment.
            if (line.Contains("limit reached", StringComparison.Ordinal))
                Task.Factory.StartNew(() => a!.Connect(TestNetwork.At("x")), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Wait(Waiting.Guard).Should().BeTrue();
        }));
        await a.StartAsync().Soon();
        RawPeer first = await _net.ConnectAsync("a", _net.Identity("1"));
        await first.End.ReadAsync();

        await Task.Run(() => a.Connect(TestNetwork.At("b"))).Soon();

        a.GetStatus().LimitRejections["max_peers"].Should().Be(2);
        _net.Log.Texts.Count(line => line.Contains("limit reached", StringComparison.Ordinal)).Should().Be(1);
    }

    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("a provider is broken");
    }
}
