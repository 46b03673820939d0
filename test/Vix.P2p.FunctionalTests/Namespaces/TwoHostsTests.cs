using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Namespaces;

/// <summary>Two hosts, and what becomes of their link when the cable or the way is cut without a word, or is slow.</summary>
[TestFixture]
public sealed class TwoHostsTests
{
    private static readonly TimeSpan CloseAfter = TimeSpan.FromMilliseconds(1200);

    // The configured time, and room for a machine that is busy with other things.
    private static readonly TimeSpan SeenWithin = CloseAfter + TimeSpan.FromSeconds(6);

    [OneTimeSetUp]
    public async Task SkipWhereThereAreNoHostsAsync()
    {
        if (await NetworkNamespace.WhyNotAsync() is { } reason)
            Assert.Ignore($"Skipped: {reason}.");
    }

    [Test]
    public Task Cable_OutAndInAgain_IsSeenByBothAndTheLinkIsBack() => LoseAndRegainAsync(
        hosts => hosts.A.IpAsync($"link set {TwoHosts.Cable} down"),
        hosts => hosts.A.IpAsync($"link set {TwoHosts.Cable} up"));

    [Test]
    public Task Way_OfTheDiallerBlackholed_IsSeenByBothAndTheLinkIsBack() => LoseAndRegainAsync(
        hosts => hosts.A.IpAsync($"route add blackhole {TwoHosts.AddressOfB}/32"),
        hosts => hosts.A.IpAsync($"route del blackhole {TwoHosts.AddressOfB}/32"));

    [Test]
    public Task Way_OfTheListenerBlackholed_IsSeenByBothAndTheLinkIsBack() => LoseAndRegainAsync(
        hosts => hosts.B.IpAsync($"route add blackhole {TwoHosts.AddressOfA}/32"),
        hosts => hosts.B.IpAsync($"route del blackhole {TwoHosts.AddressOfA}/32"));

    private static async Task LoseAndRegainAsync(Func<TwoHosts, Task> lose, Func<TwoHosts, Task> regain)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var b = await hosts.StartBAsync(Impatient);
        await using var a = await hosts.StartAAsync(b, Impatient);
        await TestNode.UntilAsync(() => Times(a, PeerEventKind.PeerConnected) == 1 && Times(b, PeerEventKind.PeerConnected) == 1, a, b);

        var lost = DateTimeOffset.UtcNow;
        await lose(hosts);
        foreach (var node in new[] { a, b })
        {
            var stale = await node.EventAsync(PeerEventKind.PeerStale, P2pReason.Stale);
            var left = await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Stale);
            left.Revision.Should().BeGreaterThan(stale.Revision);
            (left.At - lost).Should().BeLessThan(SeenWithin);
        }

        await a.EventAsync(change => change.Kind is PeerEventKind.ConnectFailed or PeerEventKind.HandshakeFailed);
        await regain(hosts);
        var failures = a.Status.ConnectFailures;
        await TestNode.UntilAsync(() => Times(a, PeerEventKind.PeerConnected) == 2 && a.Connected.Count == 1 && b.Connected.Count == 1, a, b);

        (a.Status.ConnectFailures - failures).Should().BeLessThanOrEqualTo(1, "only the dial that was under way then could fail");
        a.Peers.Should().ContainSingle();
        b.Peers.Should().ContainSingle();
    }

    [Test]
    public async Task LowRate_BulkOneWay_ArrivesWholeAndTheLinkIsNeverStale()
    {
        const string protocol = "bulk/1";
        const int rate = 1_000_000 / 8;
        await using var hosts = await TwoHosts.CreateAsync();
        await SlowDownAsync(hosts.A, 8 * rate);
        await SlowDownAsync(hosts.B, 8 * rate);
        var taken = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var b = await hosts.StartBAsync(Slow, builder => builder.AddProtocol(protocol, bulk => bulk.OnStream(async context =>
        {
            var buffer = new byte[4096];
            var sum = 0L;
            while (await context.Stream.ReadAsync(buffer, context.CancellationToken) is var count && count > 0)
                sum += count;
            taken.TrySetResult(sum);
        })));
        await using var a = await hosts.StartAAsync(b, Slow);
        await a.EventAsync(PeerEventKind.PeerConnected);

        var payload = new byte[5 * rate];
        await using (var stream = await a.Node.OpenStreamAsync(b.Id, protocol))
        {
            await stream.WriteAsync(payload).AsTask().Soon();
            await stream.CompleteWritesAsync().AsTask().Soon();
            (await taken.Task.Soon()).Should().Be(payload.Length);
        }

        foreach (var node in new[] { a, b })
            node.Events.All.Should().NotContain(change => change.Kind == PeerEventKind.PeerStale || change.Kind == PeerEventKind.PeerDisconnected);

        // The bulk takes five seconds, more than twice as long as a silence may.
        static void Slow(P2pNodeOptions options)
        {
            options.PingInterval = TimeSpan.FromMilliseconds(300);
            options.StaleAfter = TimeSpan.FromSeconds(2);
            options.CloseAfter = TimeSpan.FromSeconds(4);
        }
    }

    private static async Task SlowDownAsync(NetworkNamespace host, int bitsPerSecond)
    {
        try
        {
            await host.TcAsync($"qdisc add dev {TwoHosts.Cable} root tbf rate {bitsPerSecond}bit burst 8kb latency 300ms");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Assert.Ignore($"Skipped: no low rate here: {e.Message}");
        }
    }

    private static int Times(TestNode node, PeerEventKind kind) => node.Events.All.Count(change => change.Kind == kind);

    private static void Impatient(P2pNodeOptions options)
    {
        options.PingInterval = TimeSpan.FromMilliseconds(200);
        options.StaleAfter = TimeSpan.FromMilliseconds(600);
        options.CloseAfter = CloseAfter;
        options.HandshakeTimeout = TimeSpan.FromSeconds(2);
        options.DialPolicy.ConnectTimeout = TimeSpan.FromMilliseconds(500);
        options.DialPolicy.BackoffInitial = TimeSpan.FromMilliseconds(50);
        options.DialPolicy.BackoffMaxPersistent = TimeSpan.FromMilliseconds(500);
    }
}
