using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Admission;
using Vix.P2p.Diagnostics;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Admission;

/// <summary>Handshakes that strangers have begun (docs/security.md, rows 6 and 7).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PendingHandshakesTests
{
    private readonly P2pNodeOptions _options = new();
    private readonly LogSink _log = new();
    private LimitBoard _limits = null!;
    private PendingHandshakes _pending = null!;

    [SetUp]
    public void Make() => Make(_ => { });

    [Test]
    public void TryEnter_AtTheLimit_TheOldestGivesWay()
    {
        List<int> evicted = [];
        for (int i = 0; i < 64; i++)
            Enter(i, evicted).Should().NotBeNull();

        Enter(64, evicted).Should().NotBeNull();
        Enter(65, evicted).Should().NotBeNull();

        evicted.Should().Equal(0, 1);
        _pending.Count.Should().Be(64);
        _limits.Rejections(NodeLimit.PendingHandshakes).Should().Be(2);
    }

    [Test]
    public void TryEnter_OldestIsProven_TheOldestUnprovenGivesWay()
    {
        List<int> evicted = [];
        for (int i = 0; i < 64; i++)
        {
            PendingHandshake place = Enter(i, evicted)!;
            if (i is 0 or 1 or 3)
                place.MarkProven();
        }

        Enter(64, evicted);
        Enter(65, evicted);

        evicted.Should().Equal(2, 4);
    }

    [Test]
    public void TryEnter_AllAreProven_TheNewcomerGoes()
    {
        List<int> evicted = [];
        for (int i = 0; i < 64; i++)
            Enter(i, evicted)!.MarkProven();

        Enter(64, evicted).Should().BeNull();

        evicted.Should().BeEmpty();
        _pending.Count.Should().Be(64);
    }

    [Test]
    public void Dispose_EvictedOrLeftTwice_CountsOnce()
    {
        List<int> evicted = [];
        PendingHandshake first = Enter(0, evicted)!;
        for (int i = 1; i < 65; i++)
            Enter(i, evicted);

        first.Dispose();
        first.Dispose();

        evicted.Should().Equal(0);
        _pending.Count.Should().Be(64);
    }

    [Test]
    public void TryEnter_FiveOfOneAddress_TheFifthGoesAndNobodyGivesWay()
    {
        List<int> evicted = [];
        List<PendingHandshake?> places = [.. Enumerable.Range(0, 4).Select(i => Enter(i, evicted, "192.0.2.1"))];

        Enter(4, evicted, "::ffff:192.0.2.1").Should().BeNull();
        Enter(5, evicted, "192.0.2.2").Should().NotBeNull();
        places[0]!.Dispose();

        Enter(6, evicted, "192.0.2.1").Should().NotBeNull();
        Enter(7, evicted, "192.0.2.1").Should().BeNull();
        evicted.Should().BeEmpty();
        _limits.Rejections(NodeLimit.PendingHandshakesPerAddress).Should().Be(2);
    }

    [Test]
    public void TryEnter_EvictedOne_NoLongerCountsForItsAddress()
    {
        Make(limits => limits.PendingHandshakes = 4);
        List<int> evicted = [];
        for (int i = 0; i < 4; i++)
            Enter(i, evicted, "192.0.2.1");

        Enter(4, evicted, "192.0.2.2").Should().NotBeNull();

        evicted.Should().Equal(0);
        Enter(5, evicted, "192.0.2.1").Should().NotBeNull("its place of that address is free again");
    }

    [Test]
    public void TryEnter_Loopback_HasNoLimitOfItsOwn()
    {
        for (int i = 0; i < 64; i++)
            Enter(i, [], "127.0.0.1").Should().NotBeNull();
    }

    [Test]
    public void TryEnter_ManyAddressesThatLeave_LeavesNothingBehind()
    {
        for (int i = 0; i < 100; i++)
            Enter(i, [])!.Dispose();

        _pending.AddressCount.Should().Be(0);
    }

    [Test]
    public void TryEnter_BytesExactlyUsedUp_LetsTheLastIn()
    {
        Make(limits => (limits.HandshakeBytes, limits.HandshakeBytesTotal) = (8192, 10 * 8192));
        List<int> evicted = [];
        for (int i = 0; i < 10; i++)
            Enter(i, evicted);

        evicted.Should().BeEmpty();
        _pending.Count.Should().Be(10);
    }

    [Test]
    public void TryEnter_BytesInAll_AreAShareOfEach()
    {
        Make(limits => (limits.HandshakeBytes, limits.HandshakeBytesTotal) = (8192, 10 * 8192 + 100));
        List<int> evicted = [];
        for (int i = 0; i < 12; i++)
            Enter(i, evicted).Should().NotBeNull();

        _pending.Count.Should().Be(10);
        evicted.Should().Equal(0, 1);
        _limits.Rejections(NodeLimit.HandshakeBytesTotal).Should().Be(2);
    }

    [Test]
    public void Defaults_SixtyFourAtTheirLargest_StayUnderTheBytesOfAll()
    {
        (64L * _options.Limits.HandshakeBytes).Should().BeLessThanOrEqualTo(_options.Limits.HandshakeBytesTotal);
    }

    [Test]
    public void TryEnter_FromManyThreads_NeverHoldsMoreAndEndsEmpty()
    {
        Make(limits => limits.PendingHandshakes = 8);
        int evictions = 0;
        int most = 0;

        Parallel.For(0, 20_000, i =>
        {
            PendingHandshake? place = _pending.TryEnter(Address(i), () => Interlocked.Increment(ref evictions));
            int now = _pending.Count;
            for (int seen = most; now > seen; seen = most)
                Interlocked.CompareExchange(ref most, now, seen);
            if (i % 3 == 0)
                place?.MarkProven();
            place?.Dispose();
        });

        most.Should().BeInRange(1, 8);
        _pending.Count.Should().Be(0);
    }

    private static IPAddress Address(int i) => new([10, 0, (byte)(i >> 8), (byte)i]);

    private PendingHandshake? Enter(int number, List<int> evicted, string? address = null) =>
        _pending.TryEnter(address is null ? Address(number) : IPAddress.Parse(address), () => evicted.Add(number));

    private void Make(Action<P2pLimits> configure)
    {
        configure(_options.Limits);
        _limits = new LimitBoard(_options, "P2p", _log.CreateLogger("Vix.P2p"));
        _pending = new PendingHandshakes(_options.Limits, new AddressLimiter(_options.Limits, _limits, new ManualTimeProvider()), _limits);
    }
}
