using Vix.P2p.Messages;
using Vix.P2p.Records;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>A node and a scripted peer that is connected to it and speaks <c>kv/1</c> and <c>news/1</c>, as number 0 and 1.</summary>
internal sealed class RawTalk : IAsyncDisposable
{
    public const string Kv = "kv/1";
    public const string News = "news/1";

    private readonly RawPeer _peer;
    private readonly List<RawFrame> _credits = [];

    private RawTalk(TestNetwork net, P2pNode node, PeerId id, RawPeer peer, EventLog events)
    {
        Net = net;
        Node = node;
        Id = id;
        _peer = peer;
        Events = events;
    }

    public TestNetwork Net { get; }

    public P2pNode Node { get; }

    /// <summary>The scripted peer's id.</summary>
    public PeerId Id { get; }

    public EventLog Events { get; }

    public PeerChannel Channel { get; private set; } = null!;

    /// <summary>The credit that the node has given for one of its protocols.</summary>
    public int Credit(byte protocol) => _credits.Where(frame => frame.Body[0] == protocol).Sum(frame =>
    {
        ReadOnlySpan<byte> rest = frame.Body.AsSpan(1);
        return FrameCodec.TryTakeVarint(ref rest, out int bytes) ? bytes : throw new InvalidOperationException("a malformed Credit");
    });

    public static async Task<RawTalk> StartAsync(Func<P2pRequestContext, ValueTask> handler, Action<P2pNodeOptions>? configure = null, int concurrency = 1)
    {
        var net = new TestNetwork();
        P2pNode node = await net.StartAsync(
            "a",
            options =>
            {
                options.RequestTimeout = RequestBench.Timeout;
                configure?.Invoke(options);
            },
            build: builder => Microsoft.Extensions.DependencyInjection.P2pNodeBuilderExtensions.AddProtocol(
                Microsoft.Extensions.DependencyInjection.P2pNodeBuilderExtensions.AddProtocol(builder, Kv, protocol => protocol.WithConcurrency(concurrency).OnRequest(handler)),
                News,
                protocol => protocol.OnMessage(_ => default)));
        EventLog events = net.Watch(node);
        TestNode self = net.Identity("raw");
        RawPeer peer = await net.ConnectAsync("a", self, RawPeer.Introduce("raw", protocols: [Kv, News]));
        await peer.End.ReadAsync();
        await events.WaitAsync(PeerEventKind.PeerConnected);
        var talk = new RawTalk(net, node, self.Identity.Id, peer, events);
        talk.Channel = node.FindChannel(talk.Id)!;
        return talk;
    }

    public static byte[] Varint(int number)
    {
        Span<byte> bytes = stackalloc byte[FrameCodec.MaxVarint];
        return bytes[..FrameCodec.WriteVarint(number, bytes)].ToArray();
    }

    public Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        Node.RequestAsync(Id, Kv, payload, cancellationToken).AsTask();

    public Task SendAsync(FrameKind kind, params byte[] body) => _peer.End.SendAsync(kind, body);

    public Task RequestAsync(int number, params byte[] payload) => SendAsync(FrameKind.Request, [0, .. Varint(number), .. payload]);

    public Task PartAsync(int number, params byte[] payload) => SendAsync(FrameKind.RequestPart, [0, .. Varint(number), .. payload]);

    public Task CancelAsync(int number) => SendAsync(FrameKind.Cancel, Varint(number));

    public Task RespondAsync(int number, params byte[] payload) => SendAsync(FrameKind.Response, [.. Varint(number), .. payload]);

    public Task RespondPartAsync(int number, params byte[] payload) => SendAsync(FrameKind.ResponsePart, [.. Varint(number), .. payload]);

    public Task FailAsync(int number, int code, string text = "") =>
        SendAsync(FrameKind.Failure, [.. Varint(number), .. Varint(code), .. System.Text.Encoding.UTF8.GetBytes(text)]);

    /// <summary>The next frame that is no credit; null at the end.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        while (await _peer.End.ReadAsync() is { } frame)
        {
            if (frame.Kind != FrameKind.Credit)
                return frame;
            _credits.Add(frame);
        }

        return null;
    }

    /// <summary>The next frame, which has that kind: the number at its front, and what follows.</summary>
    public async Task<(int Number, byte[] Body)> ReadAsync(FrameKind kind)
    {
        RawFrame frame = await ReadAsync() ?? throw new InvalidOperationException("The connection has ended.");
        if (frame.Kind != kind)
            throw new InvalidOperationException($"{frame.Kind} instead of {kind}");
        ReadOnlySpan<byte> rest = kind is FrameKind.Request or FrameKind.RequestPart ? frame.Body.AsSpan(1) : frame.Body;
        return FrameCodec.TryTakeVarint(ref rest, out int number) ? (number, rest.ToArray()) : throw new InvalidOperationException("no number");
    }

    /// <summary>The node has taken all that was sent so far, and nothing but credit came back.</summary>
    public async Task SilentAsync()
    {
        await SendAsync(FrameKind.Ping, RawEnd.Token(0x51));
        RawFrame? frame = await ReadAsync();
        if (frame is null || frame.Kind != FrameKind.Pong)
            throw new InvalidOperationException($"{frame?.Kind.ToString() ?? "The end"} came.");
    }

    /// <summary>The node has found a violation, and nothing of it is left.</summary>
    public async Task ClosedAsync(P2pReason reason = P2pReason.ProtocolError)
    {
        await EndedAsync(reason);
        await EmptyAsync();
    }

    /// <summary>The node has found a violation; handlers may run still.</summary>
    public async Task EndedAsync(P2pReason reason = P2pReason.ProtocolError)
    {
        while (await ReadAsync() is not null)
        {
        }

        await _peer.DisposeAsync();
        PeerEvent end = await Events.WaitAsync(PeerEventKind.PeerDisconnected);
        if (end.Reason != reason)
            throw new InvalidOperationException($"{end.Reason} instead of {reason}");
    }

    /// <summary>Nothing that has come is kept any more, and no handler runs.</summary>
    public Task EmptyAsync() => Waiting.UntilAsync(
        () => Channel.Settings.Received.Used == 0 && Channel.Settings.Work.Count == 0,
        () => $"{Channel.Settings.Received.Used} bytes, {Channel.Settings.Work.Count} handlers");

    public async ValueTask DisposeAsync() => await Net.DisposeAsync();
}
