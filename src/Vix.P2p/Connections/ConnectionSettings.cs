using Microsoft.Extensions.Logging;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Connections;

/// <summary>What all connections of a node share; made once, at start.</summary>
internal sealed class ConnectionSettings
{
    /// <summary>How long a side that said Reject or Close reads on before it closes (docs/protocol.md, section 3).</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    // Between batches that are further apart than this a connection keeps no cipher ready. Making one takes some 1.5 µs,
    // keeping one 1.8 KB (test/Vix.P2p.Benchmarks, memory); only heartbeats and the like are so far apart.
    private static readonly TimeSpan QuietAfter = TimeSpan.FromSeconds(1);

    private long _sentInline;
    private long _invalidFrames;

    public ConnectionSettings(P2pNodeOptions options, LimitBoard limits, TimeProvider time, ILogger log)
    {
        PingInterval = options.PingInterval;
        StaleAfter = options.StaleAfter;
        CloseAfter = options.CloseAfter;
        FrameTimeout = options.Limits.FrameTimeout;
        SendTimeout = options.Limits.SendTimeout;
        SendQueueBytes = options.Limits.SendQueueBytes;
        Budget = new ByteBudget(options.Limits.SendQueueBytesTotal);
        Limits = limits;
        Time = time;
        Log = log;
    }

    /// <summary>How long ago a connection of the node was last written by whoever had something to send.</summary>
    public TimeSpan SinceSentInline => Time.GetElapsedTime(Volatile.Read(ref _sentInline));

    public TimeSpan PingInterval { get; }

    public TimeSpan StaleAfter { get; }

    public TimeSpan CloseAfter { get; }

    public TimeSpan FrameTimeout { get; }

    public TimeSpan SendTimeout { get; }

    public int SendQueueBytes { get; }

    public ByteBudget Budget { get; init; }

    public LimitBoard Limits { get; }

    /// <summary>Makes what a connection carries for the application.</summary>
    public Func<PeerConnection, ConnectionWriter, ConnectionRole, IConnectionTraffic> CreateTraffic { get; init; } = static (_, _, _) => NoTraffic.Instance;

    /// <summary>What the node measures and traces; null where there is no node.</summary>
    public NodeTelemetry? Telemetry { get; init; }

    /// <summary>Frames and records that broke the protocol.</summary>
    public long InvalidFrames => Interlocked.Read(ref _invalidFrames);

    public LiveConnections Live { get; } = new();

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    /// <summary>Whether so little goes one way, judged by the timestamps of the last batch and of this one, that nothing is to be kept ready for it.</summary>
    public bool IsQuiet(long lastBatch, long batch) => Time.GetElapsedTime(lastBatch, batch) >= QuietAfter;

    public void CountInvalidFrame() => Interlocked.Increment(ref _invalidFrames);

    public void SentInline() => Volatile.Write(ref _sentInline, Time.GetTimestamp());
}
