using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Messages;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Two connected nodes, of which both serve streams; the test plays both handlers.</summary>
internal sealed class StreamBench : IAsyncDisposable
{
    public const string Protocol = "s/1";
    public const string Silent = "silent/1";
    public const int Window = 64 * 1024;

    private readonly Channel<StreamServing> _served = Channel.CreateUnbounded<StreamServing>();
    private readonly List<PeerChannel> _channels = [];
    private readonly List<StreamServing> _all = [];

    public TestNetwork Net { get; } = new();

    /// <summary>The node that dialled.</summary>
    public P2pNode A { get; private set; } = null!;

    public P2pNode B { get; private set; } = null!;

    public PeerId IdOfA => A.GetStatus().Id!.Value;

    public PeerId IdOfB => B.GetStatus().Id!.Value;

    public Channel<byte[]> Messages { get; } = Channel.CreateUnbounded<byte[]>();

    public ChannelSettings SettingsOfA => _channels[0].Settings;

    public ChannelSettings SettingsOfB => _channels[1].Settings;

    public static async Task<StreamBench> StartAsync(Action<P2pNodeOptions>? configure = null)
    {
        var bench = new StreamBench();
        bench.A = await bench.StartAsync("a", configure);
        bench.B = await bench.StartAsync("b", configure);
        EventLog there = bench.Net.Watch(bench.B);
        await bench.A.ConnectAsync(TestNetwork.At("b")).Soon();
        await there.WaitAsync(PeerEventKind.PeerConnected);
        // A stream each way shows where the two ends keep theirs.
        foreach ((P2pNode node, PeerId peer) in ((P2pNode, PeerId)[])[(bench.A, bench.IdOfB), (bench.B, bench.IdOfA)])
        {
            P2pStream stream = await node.OpenStreamAsync(peer, Protocol).Soon();
            bench._channels.Add(stream.State.Channel);
            await stream.DisposeAsync().Soon();
            (await bench.ServedAsync()).Return();
        }

        await bench.QuietAsync();
        return bench;
    }

    /// <summary>The next stream that was taken, by either node.</summary>
    public async Task<StreamServing> ServedAsync() => await _served.Reader.ReadAsync().Soon();

    public bool TryServed() => _served.Reader.TryRead(out _);

    /// <summary>A stream that A has opened, and its other end at B.</summary>
    public async Task<(P2pStream Near, StreamServing Far)> OpenAsync()
    {
        P2pStream near = await A.OpenStreamAsync(IdOfB, Protocol).Soon();
        return (near, await ServedAsync());
    }

    /// <summary>Waits until nothing of any stream is left on either side.</summary>
    public Task QuietAsync() => Waiting.UntilAsync(
        () => _channels.All(channel => channel.Streams.Count == 0 && channel.Settings.Received.Used == 0 && channel.Settings.Work.Count == 0)
            && new[] { A, B }.All(node => node.GetPeers().Peers.All(peer => peer.SendQueueBytes == 0)),
        () => string.Join('\n', _channels.Select(channel => $"{channel.Streams.Count} streams, {channel.Settings.Received.Used} bytes, {channel.Settings.Work.Count} handlers")));

    public async ValueTask DisposeAsync()
    {
        foreach (StreamServing serving in _all)
            serving.Return();
        await Net.DisposeAsync();
    }

    private Task<P2pNode> StartAsync(string name, Action<P2pNodeOptions>? configure) => Net.StartAsync(
        name,
        options =>
        {
            options.Limits.StreamWindowBytes = Window;
            configure?.Invoke(options);
        },
        build: builder => builder
            .AddProtocol(Protocol, protocol => protocol
                .OnStream(ServeAsync)
                .OnMessage(context =>
                {
                    Messages.Writer.TryWrite(context.Payload.ToArray());
                    return ValueTask.CompletedTask;
                }))
            .AddProtocol(Silent, protocol => protocol.OnMessage(_ => ValueTask.CompletedTask)));

    private async ValueTask ServeAsync(P2pStreamContext context)
    {
        var serving = new StreamServing(context);
        lock (_all)
            _all.Add(serving);
        _served.Writer.TryWrite(serving);
        await serving.Ended;
    }
}
