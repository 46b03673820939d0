using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Admission;
using Vix.P2p.Diagnostics;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Admission;

/// <summary>One address alone (docs/security.md, rows 5 and 17).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AddressLimiterTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly P2pNodeOptions _options = new();
    private readonly LimitBoard _limits;
    private readonly LogSink _log = new();

    public AddressLimiterTests()
    {
        _options.Limits.NewConnectionsBurst = 100_000;
        _limits = new LimitBoard(_options, "P2p", _log.CreateLogger("Vix.P2p"));
    }

    [TestCase("192.0.2.1", "192.0.2.1", "192.0.2.2", 8)]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2", 8)]
    [TestCase("2001:db8:0:1200::1", "2001:db8:0:12ff:ffff::9", "2001:db8:0:1300::1", 8)]
    public void TryEnter_OverTheLimitOfOneAddress_IsRefusedAndOthersAreNot(string first, string same, string other, int limit)
    {
        AddressLimiter limiter = Make();
        List<IDisposable?> places = [];
        for (int i = 0; i < limit; i++)
            places.Add(limiter.TryEnter(IPAddress.Parse(i % 2 == 0 ? first : same)));

        places.Should().NotContainNulls();
        limiter.TryEnter(IPAddress.Parse(same)).Should().BeNull();
        limiter.TryAdmit(IPAddress.Parse(first)).Should().BeFalse();
        limiter.TryAdmit(IPAddress.Parse(other)).Should().BeTrue();
        limiter.TryEnter(IPAddress.Parse(other)).Should().NotBeNull();
        places[0]!.Dispose();
        places[0]!.Dispose();

        limiter.TryEnter(IPAddress.Parse(first)).Should().NotBeNull("a place was given back");
        limiter.TryEnter(IPAddress.Parse(first)).Should().BeNull("and only once");
    }

    [TestCase("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2")]
    [TestCase("2001:db8:0:1200::1", "2001:db8:0:12ff:ffff::9", "2001:db8:0:1300::1")]
    public void TryAdmit_NewOnesOfOneAddressOrPrefix56_ShareOneRate(string first, string same, string other)
    {
        (_options.Limits.NewConnectionsBurst, _options.Limits.NewConnectionsPerSecond) = (2, 4);
        AddressLimiter limiter = Make();

        limiter.TryAdmit(IPAddress.Parse(first)).Should().BeTrue();
        limiter.TryAdmit(IPAddress.Parse(same)).Should().BeTrue();
        limiter.TryAdmit(IPAddress.Parse(first)).Should().BeFalse();
        limiter.TryAdmit(IPAddress.Parse(other)).Should().BeTrue("another has its own");
        _clock.Advance(TimeSpan.FromSeconds(0.25));

        limiter.TryAdmit(IPAddress.Parse(same)).Should().BeTrue("four a second are one in a quarter");
        limiter.TryAdmit(IPAddress.Parse(first)).Should().BeFalse();
    }

    [Test]
    public void TryEnter_ManyPrefixes56OfOne48_AreSixtyFourInAll()
    {
        AddressLimiter limiter = Make();
        int entered = 0;
        for (int i = 0; i < 20; i++)
        {
            for (int j = 0; j < 8; j++)
                entered += limiter.TryEnter(IPAddress.Parse($"2001:db8:7:{i:x}00::{j + 1:x}")) is null ? 0 : 1;
        }

        entered.Should().Be(64);
        _limits.Rejections(NodeLimit.ConnectionsPerPrefix48).Should().Be(20 * 8 - 64);
        limiter.TryEnter(IPAddress.Parse("2001:db8:8::1")).Should().NotBeNull();
    }

    [Test]
    public void TryAdmit_Refused_NamesTheSettingOnce()
    {
        AddressLimiter limiter = Make();
        for (int i = 0; i < 8; i++)
            limiter.TryEnter(IPAddress.Parse("192.0.2.1"));

        for (int i = 0; i < 50; i++)
            limiter.TryAdmit(IPAddress.Parse("192.0.2.1"));

        _limits.Rejections(NodeLimit.ConnectionsPerAddress).Should().Be(50);
        _log.Texts.Should().ContainSingle().Which.Should().Contain("P2p:Limits:ConnectionsPerAddress").And.Contain("= 8");
    }

    [Test]
    public void TryAdmit_Rate_AllowsTheBurstAndThenOneASecond()
    {
        _options.Limits.NewConnectionsBurst = 16;
        AddressLimiter limiter = Make();
        IPAddress address = IPAddress.Parse("198.51.100.7");

        Admitted(limiter, address, 40).Should().Be(16);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Admitted(limiter, address, 5).Should().Be(0);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Admitted(limiter, address, 5).Should().Be(1);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Admitted(limiter, address, 10).Should().Be(4);
        _clock.Advance(TimeSpan.FromDays(1));
        Admitted(limiter, address, 40).Should().Be(16, "the burst is the most that is saved up");
        limiter.TryAdmit(IPAddress.Parse("198.51.100.8")).Should().BeTrue();
    }

    [Test]
    public void TryAdmit_WallClockJumps_ChangeNothing()
    {
        _options.Limits.NewConnectionsBurst = 2;
        AddressLimiter limiter = Make();
        IPAddress address = IPAddress.Parse("198.51.100.7");
        Admitted(limiter, address, 5).Should().Be(2);

        _clock.JumpWallClock(TimeSpan.FromDays(3652));
        Admitted(limiter, address, 5).Should().Be(0);
        _clock.JumpWallClock(TimeSpan.FromDays(-7304));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Admitted(limiter, address, 5).Should().Be(1);
    }

    [TestCase("127.0.0.1")]
    [TestCase("127.8.9.10")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase(null)]
    public void Loopback_ByDefault_IsExempt(string? text)
    {
        AddressLimiter limiter = Make();
        IPAddress? address = text is null ? null : IPAddress.Parse(text);

        for (int i = 0; i < 1000; i++)
        {
            limiter.TryAdmit(address).Should().BeTrue();
            limiter.TryEnter(address).Should().NotBeNull();
        }

        limiter.BucketCount.Should().Be(0);
    }

    [Test]
    public void Loopback_ExemptionOff_CountsLikeAny()
    {
        _options.Limits.ExemptLoopback = false;
        AddressLimiter limiter = Make();
        for (int i = 0; i < 8; i++)
            limiter.TryEnter(IPAddress.Loopback).Should().NotBeNull();

        limiter.TryAdmit(IPAddress.Loopback).Should().BeFalse();
        limiter.TryEnter(IPAddress.Parse("::ffff:127.0.0.1")).Should().BeNull();
    }

    [Test]
    public void TryAdmit_MoreAddressesThanBuckets_StaysAtTheCap()
    {
        _options.Limits.AddressBuckets = 1000;
        _options.Limits.NewConnectionsBurst = 1;
        AddressLimiter limiter = Make();

        int admitted = 0;
        for (int i = 0; i < 5_000; i++)
            admitted += limiter.TryAdmit(new IPAddress([10, 0, (byte)(i >> 8), (byte)i])) ? 1 : 0;

        limiter.BucketCount.Should().Be(1000);
        admitted.Should().Be(1000, "the remembered ones are all still being slowed down");
        _limits.Rejections(NodeLimit.AddressBuckets).Should().Be(4000);
        _clock.Advance(TimeSpan.FromSeconds(2));
        limiter.TryAdmit(IPAddress.Parse("10.1.0.0")).Should().BeTrue("the oldest has its token back and may be forgotten");
        limiter.BucketCount.Should().Be(1000);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void TryAdmit_AMillionAddresses_StaysUnderTheDefaultCap(bool v6)
    {
        const int cap = 16_384;
        var limiter = new AddressLimiter(new P2pLimits(), _limits, _clock);
        int most = 0;
        for (int i = 0; i < 1_000_000; i++)
        {
            byte[] address = v6 ? [0x20, 1, 0xd, 0xb8, (byte)(i >> 16), (byte)(i >> 8), (byte)i, 0, 0, 0, 0, 0, 0, 0, 0, 1] : [10, (byte)(i >> 16), (byte)(i >> 8), (byte)i];
            limiter.TryAdmit(new IPAddress(address));
            if (i % 10 == 0)
                _clock.Advance(TimeSpan.FromMilliseconds(1));
            most = Math.Max(most, limiter.BucketCount);
        }

        most.Should().Be(cap);
        _limits.Rejections(NodeLimit.AddressBuckets).Should().Be(0, "of ten thousand a second the oldest always have their token back");
    }

    [Test]
    public void TryAdmit_AtTheCap_LooksAtTheEightOldestAndForgetsOneThatHasItsTokensBack()
    {
        _options.Limits.AddressBuckets = 9;
        _options.Limits.NewConnectionsBurst = 1;
        AddressLimiter limiter = Make();
        Admitted(limiter, from: 1, to: 9).Should().Be(9);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Admitted(limiter, from: 1, to: 8).Should().Be(8);

        Admitted(limiter, from: 10, to: 10).Should().Be(0, "the eight oldest have just come again, and it looks no further");
        Admitted(limiter, from: 10, to: 10).Should().Be(1, "those went to the end, so the ninth is the oldest now");
        Admitted(limiter, from: 11, to: 11).Should().Be(0, "of the others each is still being slowed down");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Admitted(limiter, from: 11, to: 18).Should().Be(8, "and none of them was lost sight of");
        limiter.BucketCount.Should().Be(9);
    }

    [Test]
    public void TryEnter_ManyAddressesThatLeave_LeavesNothingBehind()
    {
        AddressLimiter limiter = Make();
        for (int i = 0; i < 100; i++)
            limiter.TryEnter(Address(i))!.Dispose();

        limiter.ConnectedCount.Should().Be(0);
    }

    [Test]
    public void TryEnter_FromManyThreads_NeverCountsMoreThanTheLimit()
    {
        AddressLimiter limiter = Make();
        IPAddress address = IPAddress.Parse("192.0.2.1");
        int inside = 0;
        int most = 0;

        Parallel.For(0, 20_000, _ =>
        {
            if (limiter.TryEnter(address) is not { } place)
                return;
            int now = Interlocked.Increment(ref inside);
            for (int seen = most; now > seen; seen = most)
                Interlocked.CompareExchange(ref most, now, seen);
            Interlocked.Decrement(ref inside);
            place.Dispose();
        });

        most.Should().BeInRange(1, 8);
        for (int i = 0; i < 8; i++)
            limiter.TryEnter(address).Should().NotBeNull("every place was given back");
    }

    private static int Admitted(AddressLimiter limiter, IPAddress address, int times) =>
        Enumerable.Range(0, times).Count(_ => limiter.TryAdmit(address));

    private static int Admitted(AddressLimiter limiter, int from, int to) =>
        Enumerable.Range(from, to - from + 1).Count(i => limiter.TryAdmit(Address(i)));

    private static IPAddress Address(int number) => new([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);

    private AddressLimiter Make() => new(_options.Limits, _limits, _clock);
}
