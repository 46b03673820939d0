using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Messages;

/// <summary>What the channels of a node share; made once, at start.</summary>
internal sealed class ChannelSettings
{
    private readonly IServiceScopeFactory? _scopes;
    private bool _over;

    public ChannelSettings(IP2pNode node, P2pNodeOptions options, ProtocolTable protocols, IServiceProvider? services, LimitBoard limits, NodeCounters counters, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        Node = node;
        Protocols = protocols;
        MaxMessage = options.Limits.MaxMessageBytes;
        StreamWindow = options.Limits.StreamWindowBytes;
        RequestsPerPeer = options.Limits.RequestsPerPeer;
        StreamsPerPeer = options.Limits.StreamsPerPeer;
        SendTimeout = options.Limits.SendTimeout;
        RequestTimeout = options.RequestTimeout;
        Received = new ByteBudget(options.Limits.ReceiveQueueBytesTotal);
        Limits = limits;
        Counters = counters;
        Time = time;
        Log = log;
        Stopping = stopping;
        _scopes = services?.GetService<IServiceScopeFactory>();
    }

    public IP2pNode Node { get; }

    public ProtocolTable Protocols { get; }

    /// <summary>What the node measures and traces; set before there are any connections, null where there is no node.</summary>
    public NodeTelemetry? Telemetry { get; set; }

    public int MaxMessage { get; }

    public int StreamWindow { get; }

    public int RequestsPerPeer { get; }

    public int StreamsPerPeer { get; }

    public TimeSpan SendTimeout { get; }

    public TimeSpan RequestTimeout { get; }

    /// <summary>What has come and was not taken yet.</summary>
    public ByteBudget Received { get; init; }

    public SendWaits Waiting { get; } = new();

    public HandlerWork Work { get; } = new();

    public LaneSuccession Lanes { get; } = new();

    /// <summary>The node has stopped, and no handler is begun any more.</summary>
    public bool IsOver
    {
        get => Volatile.Read(ref _over);
        set => Volatile.Write(ref _over, value);
    }

    public LimitBoard Limits { get; }

    public NodeCounters Counters { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    /// <summary>Cancelled when the node stops.</summary>
    public CancellationToken Stopping { get; }

    /// <exception cref="InvalidOperationException">The node was made without a container.</exception>
    public AsyncServiceScope CreateScope() => _scopes?.CreateAsyncScope()
        ?? throw new InvalidOperationException("This node was made without a container, so its handlers have no services.");
}
