using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Peers;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Peers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AttemptHistoryTests
{
    private static readonly PeerEndpoint Endpoint = PeerEndpoint.Create("a", 1);

    private readonly ManualTimeProvider _clock = new();
    private readonly AttemptHistory _history;

    public AttemptHistoryTests() => _history = new AttemptHistory(_clock);

    [Test]
    public void Add_BeyondTheCapacity_KeepsTheNewestAndForgetsTheOldest()
    {
        for (int i = 1; i <= AttemptHistory.Capacity + 3; i++)
            Add($"a{i}");

        _history.Snapshot().Select(attempt => attempt.Id).Should().Equal(Enumerable.Range(4, AttemptHistory.Capacity).Reverse().Select(i => $"a{i}"));
        _history.Find("a3").Should().BeNull();
        _history.Find("a4")!.Id.Should().Be("a4");
        _history.Find("A4").Should().BeNull();
    }

    [Test]
    public void Duration_UnderWay_GoesOnUntilTheEndAndThenStands()
    {
        AttemptHistory.Entry entry = Add("a1");
        DateTimeOffset began = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(2));
        _clock.JumpWallClock(TimeSpan.FromDays(-1));
        _history.Find("a1")!.Should().Match<ConnectAttempt>(attempt =>
            attempt.State == ConnectAttemptState.Connecting && attempt.Duration == TimeSpan.FromSeconds(2) && attempt.StartedAt == began && attempt.Reason == P2pReason.None);

        _history.End(entry, P2pReason.ConnectionRefused, "Nobody listens there.");
        _clock.Advance(TimeSpan.FromSeconds(5));

        _history.Find("a1")!.Should().Match<ConnectAttempt>(attempt =>
            attempt.State == ConnectAttemptState.Failed && attempt.Duration == TimeSpan.FromSeconds(2) && attempt.Reason == P2pReason.ConnectionRefused && attempt.Message == "Nobody listens there.");
    }

    [Test]
    public void End_WithAPeer_IsConnectedWithoutAMessage()
    {
        _history.End(Add("a1"), P2pReason.None, "");

        _history.Find("a1")!.Should().Match<ConnectAttempt>(attempt => attempt.State == ConnectAttemptState.Connected && attempt.Message == null && attempt.Reason == P2pReason.None);
    }

    [Test]
    public void End_OfOneThatIsForgotten_ChangesNothingElse()
    {
        AttemptHistory.Entry first = Add("a0");
        for (int i = 1; i <= AttemptHistory.Capacity; i++)
            Add($"a{i}");

        _history.End(first, P2pReason.Lost, "late");

        _history.Snapshot().Should().OnlyContain(attempt => attempt.State == ConnectAttemptState.Connecting).And.HaveCount(AttemptHistory.Capacity);
    }

    [Test]
    public void Snapshot_Taken_NeverChanges()
    {
        AttemptHistory.Entry entry = Add("a1");
        IReadOnlyList<ConnectAttempt> before = _history.Snapshot();

        entry.Key = "p9";
        _history.End(entry, P2pReason.Lost, "gone");

        before[0].Should().Match<ConnectAttempt>(attempt => attempt.State == ConnectAttemptState.Connecting && attempt.Key == "p1");
        _history.Snapshot()[0].Key.Should().Be("p9");
    }

    private AttemptHistory.Entry Add(string id) => _history.Add(id, Endpoint, expectedId: null, "p1");
}
