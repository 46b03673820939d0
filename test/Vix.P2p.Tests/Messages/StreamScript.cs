using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Handshake;
using Vix.P2p.Messages;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>A node and a peer whose every frame the test writes by hand; the peer dialled, so its streams are odd.</summary>
internal sealed class StreamScript : IAsyncDisposable
{
    public const int Window = 16 * 1024;

    private readonly Channel<StreamServing> _served = Channel.CreateUnbounded<StreamServing>();
    private readonly List<StreamServing> _all = [];
    private readonly TestNetwork _net = new();
    private RawPeer _peer = null!;

    public P2pNode Node { get; private set; } = null!;

    public RawEnd End => _peer.End;

    /// <summary>Handlers that were started.</summary>
    public int Started { get; private set; }

    public PeerId PeerId => Node.GetPeers().Peers.Single().Id!.Value;

    /// <param name="configure">Changes the node's options.</param>
    /// <param name="window">The bytes of a stream that the peer takes.</param>
    public static async Task<StreamScript> StartAsync(Action<P2pNodeOptions>? configure = null, int window = 1 << 20)
    {
        var script = new StreamScript();
        script.Node = script._net.Make(
            "node",
            options =>
            {
                options.Limits.StreamWindowBytes = Window;
                configure?.Invoke(options);
            },
            build: builder => builder
                .AddProtocol("s/1", protocol => protocol.OnStream(script.ServeAsync))
                .AddProtocol("m/1", protocol => protocol.OnMessage(_ => ValueTask.CompletedTask)));
        await script.Node.StartAsync().Soon();
        EventLog log = script._net.Watch(script.Node);
        byte[] introduction = new Introduction { NodeId = "raw", Instance = new string('a', 32), ListenPort = 0, Protocols = ["other/1", "s/1"], StreamWindow = window }.ToUtf8();
        script._peer = await script._net.ConnectAsync("node", script._net.Identity("raw"), introduction);
        await script.End.ReadAsync();
        await log.WaitAsync(PeerEventKind.PeerConnected);
        return script;
    }

    public static byte[] Frame(FrameKind kind, int stream, params int[] numbers) => RawEnd.Frame(kind, [.. Varint(stream), .. numbers.SelectMany(Varint)]);

    public static byte[] Open(int stream, byte protocol = 0) => RawEnd.Frame(FrameKind.StreamOpen, [.. Varint(stream), protocol]);

    public static byte[] Data(int stream, params byte[] data) => RawEnd.Frame(FrameKind.StreamData, [.. Varint(stream), .. data]);

    /// <summary>Data of any length, in as many frames as it takes.</summary>
    public static byte[] Filler(int stream, int length) => [.. new byte[length].Chunk(10_000).SelectMany(part => Data(stream, part))];

    public static byte[] Varint(int value)
    {
        Span<byte> bytes = stackalloc byte[FrameCodec.MaxVarint];
        return bytes[..FrameCodec.WriteVarint(value, bytes)].ToArray();
    }

    /// <summary>The numbers of a frame of a stream.</summary>
    public static int[] Numbers(RawFrame frame)
    {
        ReadOnlySpan<byte> body = frame.Body;
        List<int> numbers = [];
        while (FrameCodec.TryTakeVarint(ref body, out int number))
            numbers.Add(number);
        return [.. numbers];
    }

    /// <summary>Sends frames, in records as full as they get.</summary>
    public async Task SendAsync(params byte[][] frames)
    {
        foreach (byte[] record in frames.SelectMany(frame => frame).Chunk(60_000))
            await End.SendBytesAsync(End.Seal(record));
    }

    /// <summary>The next frame that is no credit.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        RawFrame? frame;
        do
            frame = await End.ReadAsync();
        while (frame?.Kind is FrameKind.StreamCredit);
        return frame;
    }

    /// <summary>Completes when the node has taken all that was sent; what it says meanwhile is returned.</summary>
    public async Task<IReadOnlyList<RawFrame>> EchoAsync()
    {
        await End.SendAsync(FrameKind.Ping, RawEnd.Token(0xEC40));
        List<RawFrame> frames = [];
        while (await End.ReadAsync() is { } frame)
        {
            if (frame.Kind == FrameKind.Pong)
                return frames;
            frames.Add(frame);
        }

        throw new InvalidOperationException("The connection ended before it answered: " + string.Join(", ", frames.Select(frame => $"{frame.Kind} {frame.Body[0]}")));
    }

    /// <summary>Completes when the way to the peer is full: the node's flush waits, and what it sends now stays in its queue.</summary>
    public async Task FullAsync()
    {
        const int Room = 128 * 1024;
        long there = 0;
        while (there < Room)
        {
            System.IO.Pipelines.ReadResult read = await End.Transport.Input.ReadAsync().Soon();
            there = read.Buffer.Length;
            // What was looked at no longer counts as in the way, so nothing is.
            End.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
            await Task.Yield();
        }
    }

    public async Task<StreamServing> ServedAsync() => await _served.Reader.ReadAsync().Soon();

    /// <summary>Opens a stream from the peer's side, in its order.</summary>
    public async Task<StreamServing> ServeAsync(int stream)
    {
        await SendAsync(Open(stream));
        return await ServedAsync();
    }

    /// <summary>Waits until nothing of any stream is left.</summary>
    public static Task QuietAsync(PeerChannel channel) => Waiting.UntilAsync(
        () => channel.Streams.Count == 0 && channel.Settings.Received.Used == 0 && channel.Settings.Work.Count == 0,
        () => $"{channel.Streams.Count} streams, {channel.Settings.Received.Used} bytes, {channel.Settings.Work.Count} handlers");

    public async ValueTask DisposeAsync()
    {
        lock (_all)
            _all.ForEach(serving => serving.Return());
        await _net.DisposeAsync();
    }

    private async ValueTask ServeAsync(P2pStreamContext context)
    {
        var serving = new StreamServing(context);
        lock (_all)
        {
            _all.Add(serving);
            Started++;
        }

        _served.Writer.TryWrite(serving);
        await serving.Ended;
    }
}
