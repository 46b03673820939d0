using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Peers;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>How long failed endpoints are left alone (docs/security.md, rows 17 and 19).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BackoffTableTests
{
    private static readonly PeerEndpoint Endpoint = PeerEndpoint.Create("a", 1);

    private readonly ManualTimeProvider _clock = new();
    private double _draw = 0.999999;

    [Test]
    public void Fail_Persistent_DoublesFromHalfASecondToThirty()
    {
        BackoffTable table = Make();

        UpperEnds(table, 10, persistent: true).Should().Equal(0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30);
    }

    [Test]
    public void Fail_Others_DoublesToFiveMinutes()
    {
        BackoffTable table = Make();

        UpperEnds(table, 12, persistent: false).Should().Equal(0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300);
    }

    [Test]
    public void Fail_TenThousandTimes_StaysAtTheLongest()
    {
        BackoffTable table = Make();

        UpperEnds(table, 10_000, persistent: false)[^1].Should().Be(300);
    }

    [Test]
    public void Fail_Draw_SpreadsEvenlyFromZero()
    {
        BackoffTable table = Make();
        _draw = 0;
        table.Fail(Endpoint, persistent: true, longest: false).Should().Be(TimeSpan.Zero);
        _draw = 0.5;
        table.Fail(Endpoint, persistent: true, longest: false).Should().Be(TimeSpan.FromSeconds(0.5));
        _draw = 0.25;
        table.Fail(Endpoint, persistent: true, longest: false).Should().Be(TimeSpan.FromSeconds(0.5));
    }

    [TestCase(true, 30)]
    [TestCase(false, 300)]
    public void Fail_Lasting_HasTheLongestUpperEndAtOnce(bool persistent, int seconds)
    {
        BackoffTable table = Make();

        table.Fail(Endpoint, persistent, longest: true).TotalSeconds.Should().BeApproximately(seconds, 0.01);
    }

    [Test]
    public void Remaining_Always_RunsDownByTheMonotonicClockAlone()
    {
        BackoffTable table = Make();
        _draw = 0.5;
        table.Fail(Endpoint, persistent: false, longest: true);

        table.Remaining(Endpoint, out bool self).Should().Be(TimeSpan.FromSeconds(150));
        self.Should().BeFalse();
        _clock.JumpWallClock(TimeSpan.FromDays(3652));
        _clock.Advance(TimeSpan.FromSeconds(149));
        table.Remaining(Endpoint, out _).Should().Be(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        table.Remaining(Endpoint, out _).Should().Be(TimeSpan.Zero);
        table.Remaining(PeerEndpoint.Create("b", 1), out _).Should().Be(TimeSpan.Zero);
    }

    [Test]
    public void Fail_AfterItsWaitIsOver_StillDoubles()
    {
        BackoffTable table = Make();
        table.Fail(Endpoint, persistent: true, longest: false);
        _clock.Advance(TimeSpan.FromSeconds(10));

        table.Fail(Endpoint, persistent: true, longest: false).TotalSeconds.Should().BeApproximately(1, 0.01);
    }

    [Test]
    public void Forget_Endpoint_BeginsAnew()
    {
        BackoffTable table = Make();
        UpperEnds(table, 5, persistent: true);

        table.Forget(Endpoint);

        table.Count.Should().Be(0);
        table.Remaining(Endpoint, out _).Should().Be(TimeSpan.Zero);
        UpperEnds(table, 2, persistent: true).Should().Equal(0.5, 1);
    }

    [Test]
    public void MarkSelf_Endpoint_IsRememberedForItsTime()
    {
        BackoffTable table = Make();
        table.MarkSelf(Endpoint, TimeSpan.FromMinutes(10));

        table.Remaining(Endpoint, out bool self).Should().Be(TimeSpan.FromMinutes(10));
        self.Should().BeTrue();
        _clock.Advance(TimeSpan.FromMinutes(10));
        table.Remaining(Endpoint, out self).Should().Be(TimeSpan.Zero);
        self.Should().BeFalse();
    }

    [Test]
    public void Fail_AMillionEndpoints_StaysAtTheCapAndForgetsTheOldest()
    {
        BackoffTable table = Make(4096);
        for (int i = 0; i < 1_000_000; i++)
            table.Fail(PeerEndpoint.Create($"h{i}", 1), persistent: false, longest: false);

        table.Count.Should().Be(4096);
        table.Forgot.Should().BeTrue();
        table.Remaining(PeerEndpoint.Create("h999999", 1), out _).Should().BePositive();
        table.Remaining(PeerEndpoint.Create($"h{1_000_000 - 4096}", 1), out _).Should().BePositive();
        table.Remaining(PeerEndpoint.Create($"h{1_000_000 - 4097}", 1), out _).Should().Be(TimeSpan.Zero);
    }

    [Test]
    public void Fail_KnownEndpointAtTheCap_ForgetsNobody()
    {
        BackoffTable table = Make(2);
        var other = PeerEndpoint.Create("b", 1);
        table.Fail(Endpoint, persistent: false, longest: false);
        table.Fail(other, persistent: false, longest: false);
        table.Fail(Endpoint, persistent: false, longest: false);

        table.Forgot.Should().BeFalse();
        table.Fail(PeerEndpoint.Create("c", 1), persistent: false, longest: false);
        table.Remaining(other, out _).Should().Be(TimeSpan.Zero, "it failed longest ago");
        table.Remaining(Endpoint, out _).Should().BePositive();
    }

    private List<double> UpperEnds(BackoffTable table, int times, bool persistent) =>
        [.. Enumerable.Range(0, times).Select(_ => Math.Round(table.Fail(Endpoint, persistent, longest: false).TotalSeconds, 2))];

    private BackoffTable Make(int capacity = 16) => new(new P2pDialPolicy(), capacity, _clock, () => _draw);
}
