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
        await using var b = await hosts.StartBAsync(Slow, builder => builder.AddProtocol(protocol, bulk => bulk.OnStream(context => TakeAsync(context, taken))));
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

    // docs/chaos.md states what it shows. It takes two minutes, so it runs on demand.
    [TestCase(120)]
    [TestCase(15)]
    public async Task SlowLine_BulkWithDefaultSettings_IsStaleByLossOnly(int queueSeconds)
    {
        const string protocol = "bulk/1";
        if (Environment.GetEnvironmentVariable("VIX_SLOW_LINE") is not "1")
            Assert.Ignore("The slow line of docs/chaos.md is measured with VIX_SLOW_LINE=1.");
        await using var hosts = await TwoHosts.CreateAsync();
        await SlowDownAsync(hosts.A, 64_000, 1000 * queueSeconds);
        await SlowDownAsync(hosts.B, 64_000, 1000 * queueSeconds);
        var taken = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var b = await hosts.StartBAsync(_ => { }, builder => builder.AddProtocol(protocol, bulk => bulk.OnStream(context => TakeAsync(context, taken))));
        await using var a = await hosts.StartAAsync(b, _ => { });
        await a.EventAsync(PeerEventKind.PeerConnected);

        var payload = new byte[1_000_000];
        P2pReason end = P2pReason.None;
        try
        {
            await using var stream = await a.Node.OpenStreamAsync(b.Id, protocol);
            await stream.WriteAsync(payload);
            await stream.CompleteWritesAsync();
            (await taken.Task.WaitAsync(TimeSpan.FromMinutes(5))).Should().Be(payload.Length);
        }
        catch (P2pStreamException e)
        {
            end = e.Reason;
        }

        var drops = (await hosts.A.TcAsync($"-s qdisc show dev {TwoHosts.Cable}")).Split("dropped ")[1].Split(',')[0];
        TestContext.Out.WriteLine($"slow line: queue of {queueSeconds} s, {drops} packets lost, the stream ended with {end}");
        foreach (var (name, node) in new[] { ("sender", a), ("receiver", b) })
        {
            foreach (var change in node.Events.All)
                TestContext.Out.WriteLine($"slow line: {name} {change.At:mm:ss.f} {change.Kind} {change.Reason}");
        }

        end.Should().BeOneOf(P2pReason.None, P2pReason.Stale);
        if (queueSeconds < 60)
            return;
        drops.Should().Be("0", "the queue holds more than the stream");
        end.Should().Be(P2pReason.None);
        a.Events.All.Concat(b.Events.All).Should().NotContain(change => change.Kind == PeerEventKind.PeerStale);
    }

    private static async ValueTask TakeAsync(P2pStreamContext context, TaskCompletionSource<long> taken)
    {
        var buffer = new byte[4096];
        var sum = 0L;
        try
        {
            while (await context.Stream.ReadAsync(buffer) is var count && count > 0)
                sum += count;
            taken.TrySetResult(sum);
        }
        catch (P2pStreamException e)
        {
            taken.TrySetException(e);
            throw;
        }
    }

    private static async Task SlowDownAsync(NetworkNamespace host, int bitsPerSecond, int queueMilliseconds = 300)
    {
        try
        {
            await host.TcAsync($"qdisc add dev {TwoHosts.Cable} root tbf rate {bitsPerSecond}bit burst 8kb latency {queueMilliseconds}ms");
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
