using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>A node and a reference peer that talk; disposing it ends the talk in good order and judges both.</summary>
internal sealed class NodeTalk : IAsyncDisposable
{
    private NodeTalk(TestNode node, ReferencePeerTalk talk)
    {
        Node = node;
        Talk = talk;
        PeerId = PeerId.Parse(talk.Peer.Id);
    }

    public TestNode Node { get; }

    public ReferencePeerTalk Talk { get; }

    /// <summary>The reference peer's id, as the node knows it.</summary>
    public PeerId PeerId { get; }

    /// <summary>Opens the connection in either role, the first protocols of both being those of the test.</summary>
    public static async Task<NodeTalk> OpenAsync(
        Action<IP2pNodeBuilder> build, ReferencePeerOptions peer, bool nodeDials = false, bool withKey = false, Action<P2pNodeOptions>? configure = null)
    {
        var node = await TestNode.StartAsync(NodeNetwork.Node(withKey) + configure, build);
        peer = peer with { NetworkKey = withKey ? NodeNetwork.Key : null };
        if (!nodeDials)
        {
            var dialled = await ReferencePeerTalk.BeginAsync(await NodeHandshakeTests.DialAsync(node, peer));
            await node.EventAsync(PeerEventKind.PeerConnected);
            return new NodeTalk(node, dialled);
        }

        using var listener = ReferencePeer.Listen(peer);
        var connecting = node.ConnectAsync(NodeHandshakeTests.Endpoint(listener));
        var accepted = await ReferencePeerTalk.BeginAsync(await listener.AcceptAsync(CancellationToken.None));
        await connecting;
        return new NodeTalk(node, accepted);
    }

    public async ValueTask DisposeAsync()
    {
        // A test that failed, or that broke a rule, has ended the talk already: what it says must not hide that.
        if (!Talk.Ended.IsCompleted)
        {
            await Talk.CloseAsync().Soon();
            await Node.EventAsync(change => change.Kind == PeerEventKind.PeerDisconnected);
        }

        await Talk.DisposeAsync();
        await Node.DisposeAsync();
    }
}
