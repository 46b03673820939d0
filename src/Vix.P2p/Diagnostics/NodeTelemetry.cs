using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Vix.P2p.Records;

namespace Vix.P2p.Diagnostics;

/// <summary>
/// What a node measures and traces, from its start to its end. Whatever begins here is null where nobody listens, and
/// then costs a look at two fields. Spans begin and end in async methods of their own, so that none leaks to whoever
/// called.
/// </summary>
internal sealed class NodeTelemetry : IDisposable
{
    public const string SourceName = "Vix.P2p";

    private const string Connect = "p2p.connect";
    private const string Handshake = "p2p.handshake";

    private readonly ActivitySource _source = new(SourceName);
    private readonly TimeProvider _time;
    private readonly bool _carries;

    /// <param name="metrics">The instruments; they end with this.</param>
    /// <param name="carries">Whether trace contexts are sent and taken.</param>
    /// <param name="time">The node's clock.</param>
    public NodeTelemetry(NodeMetrics metrics, bool carries, TimeProvider time)
    {
        Metrics = metrics;
        _carries = carries;
        _time = time;
    }

    public NodeMetrics Metrics { get; }

    /// <summary>Whether requests of this node are observed.</summary>
    public bool SeesRequests => Metrics.ClientRequests.Enabled || IsTraced;

    /// <summary>Whether a peer's trace context is of any use here.</summary>
    public bool TakesContexts => _carries && IsTraced;

    /// <summary>What a request is told to belong to; null when it is nothing, or must not be said.</summary>
    public Activity? Carried => _carries && Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current : null;

    private bool IsTraced => _source.HasListeners();

    /// <summary>A dial begins.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="caller">What it was asked for in; default where the node dials by itself.</param>
    public Observation? BeginConnect(PeerEndpoint endpoint, ActivityContext caller)
    {
        if (!Metrics.Connects.Enabled && !IsTraced)
            return null;
        Activity? span = Start(Connect, ActivityKind.Client, caller, [
            new(TelemetryTags.ServerAddress, endpoint.Host),
            new(TelemetryTags.ServerPort, endpoint.Port),
            new(TelemetryTags.NetworkTransport, endpoint.Scheme),
        ]);
        return Observe(Metrics.Connects, default, span);
    }

    /// <summary>A handshake of a dial begins.</summary>
    public Observation? BeginHandshake(Observation? dial, EndPoint? remote, string scheme)
    {
        if (!Metrics.Handshakes.Enabled && !IsTraced)
            return null;
        // Without the dial's span it would be a trace of its own, which it is not.
        Activity? span = dial?.Span is { } parent ? Start(Handshake, ActivityKind.Internal, parent.Context, Peer(remote, scheme)) : null;
        return Observe(Metrics.Handshakes, TelemetryTags.Outbound, span);
    }

    /// <summary>A handshake that a stranger began.</summary>
    public Observation? BeginHandshake(EndPoint? remote, string scheme)
    {
        if (!Metrics.Handshakes.Enabled && !IsTraced)
            return null;
        return Observe(Metrics.Handshakes, TelemetryTags.Inbound, Start(Handshake, ActivityKind.Server, default, Peer(remote, scheme)));
    }

    /// <summary>A request of this node begins, within whatever is current.</summary>
    public Observation? BeginRequest(string protocol, PeerId peer, EndPoint? remote, string scheme)
    {
        if (!SeesRequests)
            return null;
        (string? address, int? port) = Parts(remote);
        Activity? span = Start(protocol, ActivityKind.Client, default, [
            .. Call(protocol, peer),
            .. Peer(remote, scheme),
            new(TelemetryTags.ServerAddress, address),
            new(TelemetryTags.ServerPort, port),
        ]);
        return Observe(Metrics.ClientRequests, new(TelemetryTags.RpcMethod, protocol), span);
    }

    /// <summary>The handler of a peer's request begins.</summary>
    /// <param name="protocol">The protocol of the request.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="remote">Its address.</param>
    /// <param name="scheme">The transport's scheme.</param>
    /// <param name="context">What the peer says it belongs to; null when it says nothing.</param>
    public Observation? BeginHandler(string protocol, PeerId peer, EndPoint? remote, string scheme, TraceContext? context)
    {
        if (!Metrics.ServerRequests.Enabled && !IsTraced)
            return null;
        Activity? span = Start(protocol, ActivityKind.Server, context?.ToActivityContext() ?? default, [.. Call(protocol, peer), .. Peer(remote, scheme)]);
        return Observe(Metrics.ServerRequests, new(TelemetryTags.RpcMethod, protocol), span);
    }

    public void Dispose()
    {
        _source.Dispose();
        Metrics.Dispose();
    }

    private Activity? Start(string name, ActivityKind kind, ActivityContext parent, KeyValuePair<string, object?>[] tags) =>
        IsTraced ? _source.StartActivity(name, kind, parent, [Metrics.Node, .. tags.Where(tag => tag.Value is not null)]) : null;

    private Observation Observe(Histogram<double> duration, KeyValuePair<string, object?> kind, Activity? span) => new(duration, Metrics.Node, kind, span, _time);

    private static KeyValuePair<string, object?>[] Call(string protocol, PeerId peer) =>
        [new(TelemetryTags.RpcSystem, TelemetryTags.System), new(TelemetryTags.RpcMethod, protocol), new(TelemetryTags.PeerId, peer.ToString())];

    private static KeyValuePair<string, object?>[] Peer(EndPoint? remote, string scheme)
    {
        (string? address, int? port) = Parts(remote);
        return [new(TelemetryTags.PeerAddress, address), new(TelemetryTags.PeerPort, port), new(TelemetryTags.NetworkTransport, scheme)];
    }

    private static (string? Address, int? Port) Parts(EndPoint? remote) => remote switch
    {
        IPEndPoint ip => (ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => (dns.Host, dns.Port),
        _ => (remote?.ToString(), null),
    };
}
