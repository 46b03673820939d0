using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>Messages and failures in the snapshots, also when their connection and its row are gone.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TrafficCountTests : IAsyncDisposable
{
    private const string Chat = "chat/1";

    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Messages_OverSeveralConnections_AreCountedOnceInRowsAndStatus()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await StartAsync("b");

        for (int connection = 1; connection <= 3; connection++)
        {
            PeerId id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;
            for (int i = 0; i < 5; i++)
                await a.SendAsync(id, Chat, new byte[10]).Soon();
            await Waiting.UntilAsync(() => b.GetStatus().MessagesIn == 5 * connection);
            a.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row => row.MessagesOut == 5 * connection && row.MessagesIn == 0);
            await a.DisconnectAsync(id).Soon();
            await Waiting.UntilAsync(() => b.GetStatus().PeersConnected == 0);
        }

        a.GetStatus().Should().Match<NodeStatus>(status => status.MessagesOut == 15 && status.MessagesIn == 0);
        b.GetStatus().Should().Match<NodeStatus>(status => status.MessagesOut == 0 && status.MessagesIn == 15);
        b.GetPeers().Peers.Should().ContainSingle().Which.MessagesIn.Should().Be(15);
    }

    [Test]
    public async Task Messages_OfARowThatIsForgotten_StayInTheStatus()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Limits.ClosedPeers = 0);
        P2pNode b = await StartAsync("b", options => options.Limits.ClosedPeers = 0);
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;
        await a.SendAsync(id, Chat, new byte[10]).Soon();
        await Waiting.UntilAsync(() => b.GetStatus().MessagesIn == 1);

        await a.DisconnectAsync(id).Soon();

        await Waiting.UntilAsync(() => a.GetPeers().Peers.Count + b.GetPeers().Peers.Count == 0);
        (a.GetStatus().MessagesOut, b.GetStatus().MessagesIn).Should().Be((1, 1));
        (a.GetStatus().BytesOut, a.GetStatus().BytesIn).Should().Match<(long Out, long In)>(bytes => bytes.Out > 10 && bytes.In > 0);
    }

    [Test]
    public async Task HandlerFailures_OfSeveralMessages_AreCounted()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await StartAsync("b", handler: context => context.Payload.Span[0] == 0 ? throw new InvalidOperationException("the program's own") : ValueTask.CompletedTask);
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;

        foreach (byte value in (byte[])[0, 1, 0])
            await a.SendAsync(id, Chat, new[] { value }).Soon();

        await Waiting.UntilAsync(() => b.GetStatus().HandlerFailures == 2);
        (a.GetStatus().HandlerFailures, b.GetStatus().MessagesIn, b.GetStatus().PeersConnected).Should().Be((0, 3, 1));
    }

    private Task<P2pNode> StartAsync(string name, Action<P2pNodeOptions>? configure = null, Func<P2pMessageContext, ValueTask>? handler = null) =>
        _net.StartAsync(name, configure, build: builder => builder.AddProtocol(Chat, protocol => protocol.OnMessage(handler ?? (_ => ValueTask.CompletedTask))));
}
