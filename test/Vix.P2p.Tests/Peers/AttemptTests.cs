using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>What a running node tells of its dials.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AttemptTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task GetAttempts_DialThatGoesWell_ShowsEachStepOfIt()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        PeerId id = _net.Identity("b").Identity.Id;
        ConnectResult begun = a.Connect(TestNetwork.At("b"), new ConnectOptions { ExpectedId = id });
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.ReadHelloAsync();
        a.TryGetAttempt(begun.AttemptId!, out ConnectAttempt? handshaking).Should().BeTrue();
        handshaking!.Should().Match<ConnectAttempt>(attempt => attempt.State == ConnectAttemptState.Handshaking && attempt.PeerId == null && attempt.ExpectedId == id && attempt.RemoteEndpoint != null);

        _net.Clock.Advance(TimeSpan.FromMilliseconds(40));
        await peer.SendAckAsync();
        await peer.ReadFinishAsync();
        await peer.SendReadyAsync();
        await TestNetwork.QuietAsync(a);
        await Waiting.UntilAsync(() => a.GetAttempts()[0].State == ConnectAttemptState.Connected);

        ConnectAttempt attempt = a.GetAttempts().Should().ContainSingle().Subject;
        attempt.Should().Match<ConnectAttempt>(done => done.Id == begun.AttemptId && done.PeerId == id && done.Duration == TimeSpan.FromMilliseconds(40) && done.Reason == P2pReason.None);
        a.TryGetPeer(attempt.Key, out PeerInfo? row).Should().BeTrue();
        row!.Id.Should().Be(id);
    }

    [Test]
    public async Task GetAttempts_NobodyListens_SaysWhy()
    {
        P2pNode a = await _net.StartAsync("a");
        string id = a.Connect(TestNetwork.At("b")).AttemptId!;
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);

        a.TryGetAttempt(id, out ConnectAttempt? attempt).Should().BeTrue();
        attempt!.Should().Match<ConnectAttempt>(done => done.State == ConnectAttemptState.Failed && done.Reason == P2pReason.ConnectionRefused && done.Message!.Length > 0 && done.RemoteEndpoint == null);
        a.TryGetAttempt("a999", out _).Should().BeFalse();
    }

    [Test]
    public async Task GetAttempts_TheWrongPeerAnswers_ShowsWhoItWas()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        a.Connect(TestNetwork.At("b"), new ConnectOptions { ExpectedId = _net.Identity("wanted").Identity.Id });
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);

        a.GetAttempts()[0].Should().Match<ConnectAttempt>(attempt =>
            attempt.Reason == P2pReason.IdMismatch && attempt.PeerId == b.GetStatus().Id && attempt.ExpectedId == _net.Identity("wanted").Identity.Id);
    }

    [Test]
    public async Task GetAttempts_SecondEndpointOfAConnectedPeer_IsConnectedInThatPeersRow()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        await b.ConnectAsync(TestNetwork.At("a")).Soon();
        PeerInfo peer = await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await Waiting.UntilAsync(() => a.GetAttempts().All(attempt => attempt.State is ConnectAttemptState.Connected));

        a.GetAttempts().Should().OnlyContain(attempt => attempt.Key == peer.Key && attempt.PeerId == peer.Id);
    }

    [Test]
    public async Task GetAttempts_MoreThanAreKept_AreTheNewest()
    {
        P2pNode a = await _net.StartAsync("a");
        for (int i = 0; i < 300; i++)
        {
            a.Connect(TestNetwork.At("b"), new ConnectOptions { Force = true }).Started.Should().BeTrue();
            await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures > i && a.GetStatus().PeersByState[PeerState.Connecting] == 0);
        }

        a.GetAttempts().Select(attempt => attempt.Id).Should().Equal(Enumerable.Range(45, 256).Reverse().Select(i => $"a{i}"));
    }

    [Test]
    public async Task GetAttempts_AfterAStop_HaveAllEnded()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        a.Connect(TestNetwork.At("b"));
        await _net.AcceptAsync(listener, _net.Identity("b"));

        await a.StopAsync().Soon();

        a.GetAttempts().Should().ContainSingle().Which.Should().Match<ConnectAttempt>(attempt => attempt.State == ConnectAttemptState.Failed && attempt.Reason == P2pReason.ShuttingDown);
    }
}
