using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>The accept loop survives an accept that fails (row 20 of docs/security.md's limits).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AcceptTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Accept_OneFails_TheNextGoesOnAtOnce()
    {
        var transport = new FailingAcceptTransport(_net.Transport, P2pReason.TransportFailed, P2pReason.TransportFailed);
        await _net.StartAsync("a", transport: transport);
        P2pNode b = await _net.StartAsync("b");

        PeerInfo peer = await b.ConnectAsync(TestNetwork.At("a")).Soon();

        peer.State.Should().Be(PeerState.Connected);
        transport.Accepts.Should().BeGreaterThanOrEqualTo(3);
        _net.Log.Lines.Should().NotContain(line => line.Level >= LogLevel.Warning);
    }

    [Test]
    public async Task Accept_OutOfHandles_PausesAndSaysSo()
    {
        var transport = new FailingAcceptTransport(_net.Transport, P2pReason.Overload);
        await _net.StartAsync("a", transport: transport);
        P2pNode b = await _net.StartAsync("b");
        await Waiting.UntilAsync(() => _net.Log.Texts.Any(line => line.Contains("accepting pauses", StringComparison.Ordinal)));
        transport.Accepts.Should().Be(1);

        await Waiting.UntilAsync(() =>
        {
            _net.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return transport.Accepts > 1;
        });

        // Only now: the clock that ran must not have run for a dial.
        (await b.ConnectAsync(TestNetwork.At("a")).Soon()).State.Should().Be(PeerState.Connected);
    }

    [Test]
    public async Task Accept_OutOfHandlesForLong_IsCountedEachTimeAndSaidAFewTimes()
    {
        const int Failures = 40;
        var transport = new FailingAcceptTransport(_net.Transport, [.. Enumerable.Repeat(P2pReason.Overload, Failures)]);
        P2pNode a = await _net.StartAsync("a", transport: transport);

        await Waiting.UntilAsync(() =>
        {
            _net.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return transport.Accepts > Failures;
        });

        a.GetStatus().Limits["handle_reserve"].Should().Be(32);
        a.GetStatus().LimitRejections["handle_reserve"].Should().Be(Failures);
        LogLine[] lines = [.. _net.Log.Lines.Where(line => line.Text.Contains("accepting pauses", StringComparison.Ordinal))];
        lines.Should().HaveCount(Failures);
        lines[..20].Should().OnlyContain(line => line.Level == LogLevel.Warning);
        lines.Should().Contain(line => line.Level == LogLevel.Debug);
    }

    private sealed class FailingAcceptTransport(IP2pTransport inner, params P2pReason[] failures) : IP2pTransport
    {
        private int _accepts;

        public string Scheme => inner.Scheme;

        public int Accepts => Volatile.Read(ref _accepts);

        public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => inner.ResolveAsync(endpoint, cancellationToken);

        public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) => inner.DialAsync(address, cancellationToken);

        public async ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) =>
            new Listener(this, await inner.ListenAsync(options, cancellationToken));

        private sealed class Listener(FailingAcceptTransport owner, IP2pTransportListener inner) : IP2pTransportListener
        {
            public EndPoint LocalEndPoint => inner.LocalEndPoint;

            public ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken)
            {
                int accept = Interlocked.Increment(ref owner._accepts);
                return accept <= owner.Failures.Length
                    ? throw new P2pTransportException(owner.Failures[accept - 1], "An accept failed.")
                    : inner.AcceptAsync(cancellationToken);
            }

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }

        private P2pReason[] Failures => failures;
    }
}
