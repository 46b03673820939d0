using System.Net;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Records;
using Vix.P2p.Testing;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Tests.Testing;

/// <summary>One connection of a node with a far end that the test plays, and no node around it.</summary>
internal sealed class ConnectionBench : IAsyncDisposable
{
    private static readonly byte[] ThereKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] BackKey = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    public ConnectionBench(ConnectionRole role = ConnectionRole.Responder, Action<P2pNodeOptions>? configure = null)
    {
        var options = new P2pNodeOptions();
        configure?.Invoke(options);
        Limits = new LimitBoard(options, "P2p", Log.CreateLogger("Vix.P2p"));
        Settings = new ConnectionSettings(options, Limits, Clock, Log.CreateLogger("Vix.P2p"));
        (MemoryConnection near, MemoryConnection far) = MemoryConnection.CreatePair(new DnsEndPoint("near", 1), new DnsEndPoint("far", 1));
        Near = new HookedConnection(near, () => BeforeFlush());
        using var nearKeys = new SessionKeys(ThereKey, BackKey);
        using var farKeys = new SessionKeys(BackKey, ThereKey);
        Connection = new PeerConnection(Near, nearKeys, default, "memory", role, Settings, Observer);
        Far = new RawEnd(far, farKeys);
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogSink Log { get; } = new();

    public LimitBoard Limits { get; }

    public ConnectionSettings Settings { get; }

    public RecordingObserver Observer { get; } = new();

    public PeerConnection Connection { get; }

    public HookedConnection Near { get; }

    /// <summary>Runs before each flush of the connection.</summary>
    public Func<Task> BeforeFlush { get; set; } = () => Task.CompletedTask;

    public RawEnd Far { get; }

    /// <summary>The read loop, once it was started.</summary>
    public Task<P2pReason> Running { get; private set; } = Task.FromResult(P2pReason.None);

    /// <summary>A responder that has sent Ready, with its read loop running.</summary>
    public static async Task<ConnectionBench> ReadyAsync(Action<P2pNodeOptions>? configure = null)
    {
        var bench = new ConnectionBench(ConnectionRole.Responder, configure);
        await bench.Connection.SendReadyAsync(RawPeer.Introduce("near")).Soon();
        await bench.Far.ReadAsync();
        bench.Run();
        return bench;
    }

    public void Run() => Running = Connection.RunAsync();

    /// <summary>Completes when the connection has taken everything that was sent so far.</summary>
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

    public async ValueTask DisposeAsync()
    {
        await Far.DisposeAsync();
        Connection.Abort(P2pReason.Cancelled);
        if (Running.IsCompleted && Connection.Ended.IsCompleted is false)
            Run();
        await Running.Soon();
    }
}
