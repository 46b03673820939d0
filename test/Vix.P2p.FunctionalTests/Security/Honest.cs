using FluentAssertions;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>A peer that behaves while others do not, and shows afterwards that nothing has changed for it.</summary>
internal sealed class Honest : IDisposable
{
    private readonly TestNode _node;
    private readonly ReferencePeer _peer;

    private Honest(TestNode node, ReferencePeer peer)
    {
        _node = node;
        _peer = peer;
    }

    public static async Task<Honest> JoinAsync(TestNode node, ReferencePeerOptions? options = null)
    {
        var peer = await NodeHandshakeTests.DialAsync(node, options ?? new ReferencePeerOptions { NodeId = "honest" });
        await peer.HandshakeAsync();
        await node.EventAsync(change => change.Kind == PeerEventKind.PeerConnected && change.Peer!.IdText == peer.Id);
        return new Honest(node, peer);
    }

    /// <summary>Still connected, still answered, and the only row there is.</summary>
    public async Task ShouldBeUndisturbedAsync()
    {
        await ShouldBeAnsweredAsync();
        _node.Peers.Should().ContainSingle().Which.IdText.Should().Be(_peer.Id);
    }

    public async Task ShouldBeAnsweredAsync()
    {
        await _peer.SendFrameAsync(ReferencePeerFrame.Ping, 1, 2, 3, 4, 5, 6, 7, 8);
        (await _peer.ReadUntilAsync(ReferencePeerFrame.Pong)).Body.Should().Equal(1, 2, 3, 4, 5, 6, 7, 8);
        _node.Connected.Should().Contain(peer => peer.IdText == _peer.Id);
    }

    public void Dispose() => _peer.Dispose();
}
