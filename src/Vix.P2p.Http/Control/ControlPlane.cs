using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vix.P2p.Http.Filters;
using Vix.P2p.Http.Options;

namespace Vix.P2p.Http.Control;

/// <summary>What the routes of one MapP2pControl call share.</summary>
internal sealed class ControlPlane
{
    private readonly IServiceProvider _services;
    private readonly string? _nodeName;
    private IP2pNode? _node;
    private string? _instance;

    public ControlPlane(IServiceProvider services, string? nodeName, ControlOptions options)
    {
        _services = services;
        _nodeName = nodeName;
        Options = options;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Logger = services.GetService<ILoggerFactory>()?.CreateLogger(Filters.Log.Category) ?? NullLogger.Instance;
        Caller = new CallerCheck(options, Logger);
        HeavyGate = new HeavyGate(options.HeavyConcurrency);
        Streams = new StreamGate(new HeavyGate(options.MaxStreams), options.Section);
        Stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
    }

    public ControlOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public CallerCheck Caller { get; }

    public HeavyGate HeavyGate { get; }

    public StreamGate Streams { get; }

    /// <summary>The host begins to stop: streams and waits end, so that an open dashboard never holds up a shutdown.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The node; made at first use, so that mapping routes starts nothing.</summary>
    public IP2pNode Node => _node ??= _nodeName is null
        ? _services.GetRequiredService<IP2pNode>()
        : _services.GetRequiredKeyedService<IP2pNode>(_nodeName);

    /// <summary>Names this run of the node. It is made at the start, so it is kept only from then on.</summary>
    public string Instance
    {
        get
        {
            if (_instance is { } known)
                return known;
            NodeStatus status = Node.GetStatus();
            if (status.State is NodeState.Running or NodeState.Stopping)
                _instance = status.Instance;
            return status.Instance;
        }
    }
}
