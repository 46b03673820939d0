using System.Security.Cryptography;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Admission;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Admission;

/// <summary>Who is refused, and until when (docs/security.md, rows 17 and 18).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BanTableTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public void Add_NewBan_HoldsToItsEndAndNoLonger()
    {
        BanTable table = new(4, _clock);

        table.Add(Id(1), Minute, out PeerBan ban).Should().BeTrue();

        ban.Should().Be(new PeerBan(Id(1), _clock.GetUtcNow(), Minute, Minute));
        _clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        table.Contains(Id(1)).Should().BeTrue();
        table.Snapshot().Should().ContainSingle().Which.Remaining.Should().Be(TimeSpan.FromMilliseconds(1));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        table.Contains(Id(1)).Should().BeFalse();
        table.Snapshot().Should().BeEmpty();
        table.Count.Should().Be(0);
    }

    [Test]
    public void Add_BannedAlready_TakesThePlaceOfTheEarlierBan()
    {
        BanTable table = new(1, _clock);
        table.Add(Id(1), TimeSpan.FromHours(1), out _);

        table.Add(Id(1), Minute, out _).Should().BeTrue("a peer has one ban, so that nobody has to give way");

        table.Snapshot().Should().ContainSingle().Which.Duration.Should().Be(Minute);
        _clock.Advance(Minute);
        table.Contains(Id(1)).Should().BeFalse();
    }

    [Test]
    public void Add_AtTheCap_TheBanThatEndsFirstGivesWay()
    {
        BanTable table = new(3, _clock);
        table.Add(Id(1), 2 * Minute, out _);
        table.Add(Id(2), Minute, out _);
        table.Add(Id(3), 3 * Minute, out _);

        table.Add(Id(4), TimeSpan.FromMilliseconds(1), out _).Should().BeFalse();

        table.Snapshot().Select(ban => ban.Id).Should().Equal(Id(4), Id(1), Id(3));
    }

    [Test]
    public void Add_AtTheCapWithABanThatHasEnded_NobodyInForceGivesWay()
    {
        BanTable table = new(2, _clock);
        table.Add(Id(1), Minute, out _);
        table.Add(Id(2), 2 * Minute, out _);
        _clock.Advance(Minute);

        table.Add(Id(3), Minute, out _).Should().BeTrue();

        table.Contains(Id(2)).Should().BeTrue();
        table.Contains(Id(3)).Should().BeTrue();
    }

    [Test]
    public void Add_SeveralThatEndAtOneMoment_AllCount()
    {
        BanTable table = new(8, _clock);
        for (int i = 0; i < 8; i++)
            table.Add(Id(i), Minute, out _).Should().BeTrue();

        table.Snapshot().Select(ban => ban.Id).Should().Equal(Enumerable.Range(0, 8).Select(Id));
        table.Add(Id(8), Minute, out _).Should().BeFalse();
        table.Contains(Id(0)).Should().BeFalse("of those the oldest gives way");
    }

    [Test]
    public void Remove_BanThatHasEnded_WasNone()
    {
        BanTable table = new(4, _clock);
        table.Add(Id(1), Minute, out _);
        table.Add(Id(2), Minute, out _);

        table.Remove(Id(1)).Should().BeTrue();
        table.Remove(Id(1)).Should().BeFalse();
        _clock.Advance(Minute);
        table.Remove(Id(2)).Should().BeFalse();
        table.Count.Should().Be(0);
    }

    [TestCase(-1)]
    [TestCase(3650)]
    public void WallClock_Jumps_TheBanDoesNot(int days)
    {
        BanTable table = new(4, _clock);
        table.Add(Id(1), Minute, out _);

        _clock.JumpWallClock(TimeSpan.FromDays(days));

        table.Snapshot().Should().ContainSingle().Which.Remaining.Should().Be(Minute);
        _clock.Advance(Minute);
        table.Contains(Id(1)).Should().BeFalse();
    }

    [Test]
    public void Add_LongestDuration_DoesNotOverflow()
    {
        BanTable table = new(4, _clock);

        table.Add(Id(1), TimeSpan.FromDays(365), out _);

        table.Snapshot().Should().ContainSingle().Which.Remaining.Should().Be(TimeSpan.FromDays(365));
    }

    [Test]
    public void Add_AMillion_StaysUnderTheCapAndKeepsThoseThatEndLast()
    {
        const int Cap = 4096;
        const int Count = 1_000_000;
        BanTable table = new(Cap, _clock);

        for (int i = 0; i < Count; i++)
        {
            table.Add(Id(i), TimeSpan.FromSeconds(1 + i), out _);
            if (table.Count > Cap)
                Assert.Fail($"{table.Count} bans are kept");
        }

        table.Snapshot().Select(ban => ban.Id).Should().Equal(Enumerable.Range(Count - Cap, Cap).Select(Id));
    }

    /// <summary>Compares with a plain list of bans: whatever is done in whatever order.</summary>
    [Test]
    public void Table_WhateverIsDone_IsWhatAListSays()
    {
        const int Cap = 5;
        Gen<(int Does, int Id, int Seconds)> step =
            from does in Gen.Choose(0, 3)
            from id in Gen.Choose(0, 8)
            from seconds in Gen.Choose(1, 30)
            select (does, id, seconds);
        Prop.ForAll(step.ArrayOf().ToArbitrary(), steps =>
        {
            ManualTimeProvider clock = new();
            BanTable table = new(Cap, clock);
            List<(int Id, long Until)> model = [];
            foreach ((int does, int id, int seconds) in steps)
            {
                long now = clock.GetTimestamp();
                model.RemoveAll(ban => ban.Until <= now);
                switch (does)
                {
                    case 0:
                        clock.Advance(TimeSpan.FromSeconds(seconds));
                        break;
                    case 1:
                        (bool removed, bool was) = (table.Remove(Id(id)), model.RemoveAll(ban => ban.Id == id) > 0);
                        if (removed != was)
                            return false;
                        break;
                    default:
                        table.Add(Id(id), TimeSpan.FromSeconds(seconds), out _);
                        model.RemoveAll(ban => ban.Id == id);
                        if (model.Count == Cap)
                            model.Remove(model.MinBy(ban => ban.Until));
                        model.Add((id, now + TimeSpan.FromSeconds(seconds).Ticks));
                        break;
                }
            }

            long end = clock.GetTimestamp();
            model.RemoveAll(ban => ban.Until <= end);
            return Enumerable.Range(0, 9).All(id => table.Contains(Id(id)) == model.Exists(ban => ban.Id == id))
                && table.Snapshot().Select(ban => ban.Id).SequenceEqual(model.OrderBy(ban => ban.Until).Select(ban => Id(ban.Id)));
        }).QuickCheckThrowOnFailure();
    }

    // As an id is: the digest of something.
    private static PeerId Id(int number) => PeerId.Parse(Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number))));
}
