using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Peers;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>When the table dials again, with waits that the test draws (docs/security.md, row 19).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RetryTests
{
    private static readonly PeerEndpoint Endpoint = PeerEndpoint.Create("b", 1);
    private static readonly PeerId Other = PeerId.Parse(new string('b', 64));

    private readonly ManualTimeProvider _clock = new();
    private readonly P2pNodeOptions _options = new();
    private readonly PeerTable _table;
    private int _planned;

    public RetryTests()
    {
        _table = new PeerTable(_options, new NodeCounters(), new LimitBoard(_options, "P2p", NullLogger.Instance), _clock, NullLogger.Instance, () => 0.999999) { PlanChanged = () => _planned++ };
        _table.Open(PeerId.Parse(new string('a', 64)));
    }

    [Test]
    public void EndDial_PersistentFailsAgainAndAgain_WaitsLongerUpToThirtySeconds()
    {
        DialAttempt attempt = Request(persistent: true);
        List<double> waits = [];
        for (int i = 0; i < 9; i++)
        {
            _table.EndDial(attempt, P2pReason.ConnectionRefused, "", inHandshake: false);
            _planned.Should().Be(i + 1);
            _table.TakeDue(out TimeSpan? next).Should().BeEmpty();
            waits.Add(Math.Round(next!.Value.TotalSeconds, 1));
            _clock.Advance(next.Value - TimeSpan.FromTicks(1));
            _table.TakeDue(out _).Should().BeEmpty("it is not due yet");
            _clock.Advance(TimeSpan.FromTicks(1));
            attempt = _table.TakeDue(out next).Should().ContainSingle().Subject;
            next.Should().BeNull();
        }

        waits.Should().Equal(0.5, 1, 2, 4, 8, 16, 30, 30, 30);
        attempt.Row.State.Attempts.Should().Be(10);
    }

    [TestCase(P2pReason.ConnectionRefused, 0.5)]
    [TestCase(P2pReason.HandshakeTimeout, 0.5)]
    [TestCase(P2pReason.RefusedBeforeAck, 0.5)]
    [TestCase(P2pReason.RejectedFull, 0.5)]
    [TestCase(P2pReason.RejectedShuttingDown, 0.5)]
    [TestCase(P2pReason.RejectedDuplicate, 0.5)]
    [TestCase(P2pReason.RejectedNotAllowed, 300.0)]
    [TestCase(P2pReason.RejectedIncompatible, 300.0)]
    [TestCase(P2pReason.RejectedUnknown, 300.0)]
    [TestCase(P2pReason.IdMismatch, 300.0)]
    [TestCase(P2pReason.NotAllowed, 300.0)]
    [TestCase(P2pReason.Cancelled, 0.0)]
    public void EndDial_Reason_SaysHowLongTheEndpointIsLeftAlone(P2pReason reason, double seconds)
    {
        _table.EndDial(Request(persistent: false), reason, "", inHandshake: true);

        ConnectResult result = _table.Request(Endpoint, new ConnectOptions(), P2pReason.None).Result;

        result.Reason.Should().Be(seconds == 0 ? P2pReason.None : P2pReason.Backoff);
        Math.Round(result.RetryAfter?.TotalSeconds ?? 0, 1).Should().Be(seconds);
    }

    [TestCase(P2pReason.Self)]
    [TestCase(P2pReason.RejectedSelf)]
    public void EndDial_Self_IsRememberedForTenMinutesEvenWhenPersistent(P2pReason reason)
    {
        _table.EndDial(Request(persistent: true), reason, "", inHandshake: true);

        _table.Request(Endpoint, new ConnectOptions { Force = true }, P2pReason.None).Result.Reason.Should().Be(P2pReason.Self);
        _table.TakeDue(out TimeSpan? next).Should().BeEmpty();
        next.Should().Be(TimeSpan.FromMinutes(10));
    }

    [TestCase(59.9, 1.0)]
    [TestCase(60.0, 0.5)]
    public void Release_AfterALink_BeginsAnewOnlyWhenItWasStable(double lasted, double wait)
    {
        _table.EndDial(Request(persistent: true), P2pReason.ConnectionRefused, "", inHandshake: false);
        _clock.Advance(TimeSpan.FromSeconds(1));
        PeerLink link = Establish(_table.TakeDue(out _).Single());

        _clock.Advance(TimeSpan.FromSeconds(lasted));
        _table.Release(link, P2pReason.Lost);

        _table.TakeDue(out TimeSpan? next);
        Math.Round(next!.Value.TotalSeconds, 1).Should().Be(wait);
    }

    [Test]
    public void Release_AfterAStableLinkOfAnOrdinaryPeer_BeginsAnewToo()
    {
        for (int i = 0; i < 8; i++)
            _table.EndDial(Request(persistent: false), P2pReason.ConnectionRefused, "", inHandshake: false);
        PeerLink link = Establish(Request(persistent: false));
        _clock.Advance(TimeSpan.FromMinutes(1));
        _table.Release(link, P2pReason.Lost);

        _table.TrackedEndpoints.Should().Be(0);
        _table.EndDial(Request(persistent: false), P2pReason.ConnectionRefused, "", inHandshake: false);

        Math.Round(_table.Request(Endpoint, new ConnectOptions(), P2pReason.None).Result.RetryAfter!.Value.TotalSeconds, 1).Should().Be(0.5);
    }

    [Test]
    public void ForgetBackoff_NetworkHasChanged_EverythingPlannedIsDueAndNothingIsRefused()
    {
        DialAttempt attempt = Request(persistent: true);
        for (int i = 0; i < 6; i++)
        {
            _table.EndDial(attempt, P2pReason.Unreachable, "", inHandshake: false);
            _clock.Advance(TimeSpan.FromSeconds(30));
            attempt = _table.TakeDue(out _).Single();
        }

        _table.EndDial(attempt, P2pReason.Unreachable, "", inHandshake: false);
        _planned = 0;
        _table.ForgetBackoff();

        _planned.Should().Be(1);
        _table.TrackedEndpoints.Should().Be(0);
        attempt = _table.TakeDue(out _).Should().ContainSingle().Subject;
        _table.EndDial(attempt, P2pReason.Unreachable, "", inHandshake: false);
        _table.TakeDue(out TimeSpan? next);
        Math.Round(next!.Value.TotalSeconds, 1).Should().Be(0.5, "the first step again");
    }

    [Test]
    public void TakeDue_NoPlaceIsLeft_WaitsInsteadOfExceedingIt()
    {
        _options.MaxPeers = 1;
        Establish(Request(persistent: false, PeerEndpoint.Create("c", 1)));
        ConnectRequest request = _table.Request(Endpoint, new ConnectOptions { Persistent = true }, P2pReason.None);
        request.Result.Reason.Should().Be(P2pReason.PeerLimit);

        _clock.Advance(TimeSpan.FromSeconds(30));
        _table.TakeDue(out TimeSpan? next).Should().BeEmpty();

        next.Should().Be(TimeSpan.FromSeconds(30));
    }

    [Test]
    public void EndDial_ArrivalWhoseConnectionHasEndedAgain_IsPlanned()
    {
        DialAttempt attempt = Request(persistent: true);
        _table.Prove(attempt, Other).Should().Be(P2pReason.None);
        // The peer's own dial crosses and is the one that stays: ours waits for it.
        InboundDecision inbound = _table.Decide(Other, Introduce(), "tcp", null, null, _table.NextMoment());
        _table.Establish(inbound.Link!).Should().BeTrue();
        _table.Release(inbound.Link!, P2pReason.Lost);
        _table.TakeDue(out TimeSpan? next);
        next.Should().BeNull("our own dial is still under way");
        _planned = 0;

        _table.EndDial(attempt, P2pReason.None, "", inHandshake: true);

        _planned.Should().Be(1);
        _table.TakeDue(out next);
        next.Should().BePositive();
    }

    [Test]
    public void Shut_SeveralDialsOfOneRow_AreAllReturned()
    {
        DialAttempt first = Request(persistent: false);
        DialAttempt second = Request(persistent: false, PeerEndpoint.Create("c", 1));
        _table.Prove(first, Other);
        _table.Prove(second, Other).Should().Be(P2pReason.Duplicate);
        second.Row.Should().Be(first.Row);

        _table.Shut().Should().BeEquivalentTo([first, second]);
        _table.Request(PeerEndpoint.Create("d", 1), new ConnectOptions(), P2pReason.None).Result.Reason.Should().Be(P2pReason.NotRunning);
    }

    [Test]
    public void Revision_AgesAndCounters_DoNotRaiseIt()
    {
        DialAttempt attempt = Request(persistent: true);
        long connecting = _table.Revision;
        _table.Trim();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _table.Request(Endpoint, new ConnectOptions(), P2pReason.None);
        _table.Revision.Should().Be(connecting);

        _table.MarkHandshaking(attempt, null, null);
        _table.Revision.Should().Be(connecting + 1);
        PeerLink link = Establish(attempt);
        _table.Revision.Should().Be(connecting + 2);
        _table.MarkStale(link, stale: true);
        _table.MarkStale(link, stale: true);
        _table.Revision.Should().Be(connecting + 3);
        _table.Release(link, P2pReason.Lost);
        _table.Revision.Should().Be(connecting + 4);
    }

    private DialAttempt Request(bool persistent, PeerEndpoint? endpoint = null) =>
        _table.Request(endpoint ?? Endpoint, new ConnectOptions { Persistent = persistent, Force = true }, P2pReason.None).Attempt!;

    private PeerLink Establish(DialAttempt attempt)
    {
        _table.Prove(attempt, attempt.Endpoint == Endpoint ? Other : PeerId.Parse(new string('c', 64))).Should().Be(P2pReason.None);
        PeerLink link = attempt.Link!;
        link.Introduction = Introduce();
        _table.Establish(link).Should().BeTrue();
        _table.EndDial(attempt, P2pReason.None, "", inHandshake: true);
        return link;
    }

    private static Introduction Introduce() => new() { NodeId = "b", Instance = new string('b', 32), ListenPort = 0 };
}
