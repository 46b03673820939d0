using System.Net;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Messages;
using Vix.P2p.Records;
using Vix.P2p.Testing;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Tests.Testing;

/// <summary>One open connection that carries messages, with a far end that the test plays, and no node around it.</summary>
internal sealed class ChannelBench : IAsyncDisposable
{
    private static readonly byte[] ThereKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] BackKey = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    private Task<P2pReason> _running = Task.FromResult(P2pReason.None);

    private ChannelBench(Action<P2pNodeOptions>? configure, ProtocolRegistration[] protocols)
    {
        var options = new P2pNodeOptions();
        configure?.Invoke(options);
        var limits = new LimitBoard(options, "P2p", Log.CreateLogger("Vix.P2p"));
        Channels = new ChannelSettings(null!, options, new ProtocolTable(protocols), null, limits, Counters, Clock, Log.CreateLogger("Vix.P2p"), CancellationToken.None)
        {
            Received = new ByteBudget(options.Limits.ReceiveQueueBytesTotal, Pool),
        };
        Settings = new ConnectionSettings(options, limits, Clock, Log.CreateLogger("Vix.P2p"))
        {
            Budget = new ByteBudget(options.Limits.SendQueueBytesTotal, Pool),
            CreateTraffic = (connection, writer, role) =>
            {
                Writer = writer;
                return new PeerChannel(connection, writer, role, Channels);
            },
        };
        (MemoryConnection near, MemoryConnection far) = MemoryConnection.CreatePair(new DnsEndPoint("near", 1), new DnsEndPoint("far", 1));
        using var nearKeys = new SessionKeys(ThereKey, BackKey);
        using var farKeys = new SessionKeys(BackKey, ThereKey);
        Connection = new PeerConnection(new HookedConnection(near, () => BeforeFlush()), nearKeys, default, "memory", ConnectionRole.Responder, Settings, new RecordingObserver());
        Far = new RawEnd(far, farKeys);
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogSink Log { get; } = new();

    /// <summary>Where each array of the connection comes from: it spoils what comes back, and nothing may be out at the end.</summary>
    public CountingPool Pool { get; } = new();

    public NodeCounters Counters { get; } = new();

    public ChannelSettings Channels { get; }

    public ConnectionSettings Settings { get; }

    public PeerConnection Connection { get; }

    public PeerChannel Channel => (PeerChannel)Connection.Traffic;

    public ConnectionWriter Writer { get; private set; } = null!;

    /// <summary>Runs before each flush of the connection.</summary>
    public Func<Task> BeforeFlush { get; set; } = () => Task.CompletedTask;

    public RawEnd Far { get; }

    /// <summary>Nothing is kept for anybody.</summary>
    public bool IsQuiet => Channels.Received.Used == 0 && Settings.Budget.Used == 0 && Channels.Waiting.Count == 0 && Channels.Work.Count == 0;

    /// <summary>An open connection: the far end speaks <paramref name="remote"/>, the near one the given protocols.</summary>
    public static async Task<ChannelBench> OpenAsync(string[] remote, Action<P2pNodeOptions>? configure = null, int maxMessage = Introduction.DefaultMaxMessage, params ProtocolRegistration[] protocols)
    {
        var bench = new ChannelBench(configure, protocols);
        bench.Channel.Open(new Introduction { NodeId = "far", Instance = new string('a', 32), ListenPort = 0, Protocols = remote, MaxMessage = maxMessage });
        await bench.Connection.SendReadyAsync(RawEnd.Introduce("near")).Soon();
        await bench.Far.ReadAsync();
        bench._running = bench.Connection.RunAsync();
        return bench;
    }

    /// <summary>A protocol whose messages go to that handler.</summary>
    public static ProtocolRegistration Takes(string name, Func<P2pMessageContext, ValueTask> handler, int concurrency = 1) =>
        new(name) { OnMessage = handler, Concurrency = concurrency };

    public ValueTask SendAsync(string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        Channel.SendAsync(protocol, payload, cancellationToken);

    /// <summary>Holds back each flush from now on, until the result is set.</summary>
    public TaskCompletionSource HoldFlushes()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        BeforeFlush = () => release.Task;
        return release;
    }

    /// <summary>A Credit frame.</summary>
    public static byte[] Credit(byte number, int bytes) => RawEnd.Frame(FrameKind.Credit, [number, .. Varint(bytes)]);

    public static byte[] Varint(int value)
    {
        byte[] room = new byte[8];
        return room[..FrameCodec.WriteVarint(value, room)];
    }

    /// <summary>Completes when the connection has taken everything that was sent so far; forgets what it said until then.</summary>
    public async Task EchoAsync(ulong token = 0xEC40)
    {
        await Far.SendAsync(FrameKind.Ping, RawEnd.Token(token));
        while (await Far.ReadAsync() is { } frame)
        {
            if (frame.Kind == FrameKind.Pong && frame.Token() == token)
                return;
        }

        throw new InvalidOperationException("The connection ended before it answered.");
    }

    /// <summary>As <see cref="EchoAsync"/>, where the connection may have ended instead.</summary>
    public async Task EchoOrEndAsync(ulong token = 0xEC41)
    {
        await Far.SendAsync(FrameKind.Ping, RawEnd.Token(token));
        while (await Far.ReadAsync() is { } frame && frame.Kind != FrameKind.Close && !(frame.Kind == FrameKind.Pong && frame.Token() == token))
        {
        }
    }

    /// <summary>The next whole message of the far end's protocol with that number, put together; other frames are passed over.</summary>
    public async Task<byte[]> ReadMessageAsync(byte number)
    {
        List<byte> payload = [];
        while (await Far.ReadAsync() is { } frame)
        {
            if (frame.Kind is not (FrameKind.Message or FrameKind.MessagePart) || frame.Body[0] != number)
                continue;
            payload.AddRange(frame.Body[1..]);
            if (frame.Kind == FrameKind.Message)
                return [.. payload];
        }

        throw new InvalidOperationException("The connection ended before the message was whole.");
    }

    /// <summary>Why the connection ended, once it has.</summary>
    public Task<P2pReason> EndedAsync() => _running.Soon();

    public async ValueTask DisposeAsync()
    {
        BeforeFlush = () => Task.CompletedTask;
        await Far.DisposeAsync();
        Connection.Abort(P2pReason.Cancelled);
        await _running.Soon();
        // A handler that a test leaves behind has its message still.
        await Waiting.UntilAsync(() => Channels.Work.Count > 0 || Pool.Count == 0, () => $"{Pool.Count} arrays never came back");
    }
}
