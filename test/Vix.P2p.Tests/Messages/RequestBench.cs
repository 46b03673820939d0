using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Hosting;
using Vix.P2p.Messages;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Two connected nodes of which A asks and B answers, by a handler that the test gives.</summary>
internal sealed class RequestBench : IAsyncDisposable
{
    public const string Protocol = "kv/1";
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private RequestBench(P2pNode a, P2pNode b, TestNetwork net)
    {
        A = a;
        B = b;
        Net = net;
    }

    public TestNetwork Net { get; }

    /// <summary>The node that dialled, and asks.</summary>
    public P2pNode A { get; }

    public P2pNode B { get; }

    public PeerId IdOfA => A.GetStatus().Id!.Value;

    public PeerId IdOfB => B.GetStatus().Id!.Value;

    /// <summary>The connection has ended, and the numbers in use with it.</summary>
    public bool HasEnded { get; set; }

    public PeerChannel ChannelOfA { get; private set; } = null!;

    public PeerChannel ChannelOfB { get; private set; } = null!;

    /// <param name="handler">Answers the requests of A.</param>
    /// <param name="concurrency">How many at once.</param>
    /// <param name="configure">The options of A and of B, told apart by their names.</param>
    /// <param name="build">What else B speaks.</param>
    public static async Task<RequestBench> StartAsync(
        Func<P2pRequestContext, ValueTask> handler,
        int concurrency = 1,
        Action<P2pNodeOptions>? configure = null,
        Action<IP2pNodeBuilder>? build = null)
    {
        var net = new TestNetwork();
        P2pNode b = await net.StartAsync("b", Configure, build: builder =>
        {
            builder.AddProtocol(Protocol, protocol => protocol.WithConcurrency(concurrency).OnRequest(handler));
            build?.Invoke(builder);
        });
        P2pNode a = await net.StartAsync("a", Configure, build: builder => builder.AddProtocol(Protocol, protocol => protocol.OnRequest(EchoAsync)));
        var bench = new RequestBench(a, b, net);
        EventLog there = net.Watch(b);
        await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await there.WaitAsync(PeerEventKind.PeerConnected);
        bench.ChannelOfA = a.FindChannel(bench.IdOfB)!;
        bench.ChannelOfB = b.FindChannel(bench.IdOfA)!;
        return bench;

        void Configure(P2pNodeOptions options)
        {
            options.RequestTimeout = Timeout;
            configure?.Invoke(options);
        }
    }

    public static ValueTask EchoAsync(P2pRequestContext context) => context.ReplyAsync(context.Payload);

    public Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        A.RequestAsync(IdOfB, Protocol, payload, cancellationToken).AsTask();

    /// <summary>Waits until nothing of any request is left on either side.</summary>
    public Task QuietAsync() => Waiting.UntilAsync(
        () => ((P2pNode Node, PeerChannel Channel)[])[(A, ChannelOfA), (B, ChannelOfB)] is var ends && ends.All(end =>
            end.Channel.Outgoing.InFlight == 0
            && end.Channel.Outgoing.Waiting == 0
            && end.Channel.Incoming.Unanswered == 0
            && end.Channel.Settings.Received.Used == 0
            && end.Channel.Settings.Waiting.Count == 0
            && end.Channel.Settings.Work.Count == 0
            && end.Node.GetPeers().Peers.All(peer => peer.SendQueueBytes == 0)),
        () => string.Join('\n', ((PeerChannel[])[ChannelOfA, ChannelOfB]).Select(channel =>
            $"{channel.Outgoing.InFlight} in flight, {channel.Outgoing.Waiting} waiting, {channel.Incoming.Unanswered} unanswered, {channel.Settings.Received.Used} bytes, {channel.Settings.Work.Count} handlers")));

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
            await QuietAsync();
        await Net.DisposeAsync();
    }
}
