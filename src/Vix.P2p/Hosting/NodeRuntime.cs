using System.Diagnostics.Metrics;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vix.P2p.Admission;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Messages;
using Vix.P2p.Peers;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Hosting;

/// <summary>
/// Puts a node together, starts it and stops it: once, in this order. Everything that a node starts is in its
/// <see cref="TaskSet"/> or in a field here, and is awaited at the stop.
/// </summary>
internal sealed partial class NodeRuntime
{
    private readonly Lock _gate = new();
    private readonly P2pNodeOptions _options;
    private readonly string _section;
    private readonly ILogger _log;
    private readonly LimitBoard _limits;
    private readonly NodeCounters _counters = new();
    private readonly TransportMap _transports;
    private readonly ChannelSettings _channels;
    private readonly IMeterFactory? _meters;
    private readonly TaskSet _tasks;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _giveUpStart = new();
    private readonly NodeSeams _seams;
    private readonly Gate _newcomers;
    private readonly string _instance;
    private NodeState _state = NodeState.Created;
    private Task _starting = Task.CompletedTask;
    private Task? _stopped;
    private NodeParts? _parts;
    private AddressLimiter? _addresses;
    private PendingHandshakes? _pending;
    private IP2pTransportListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private Dialer? _dialer;
    private Heartbeat? _heartbeat;
    private NodeTelemetry? _telemetry;
    private DateTimeOffset? _startedAt;
    private long _started;

    public NodeRuntime(IP2pNode node, P2pNodeOptions options, string section, IReadOnlyList<NodeFeature> features, IServiceProvider? services, ILoggerFactory? loggers, TimeProvider time)
    {
        _options = options;
        _section = section;
        Time = time;
        _seams = features.Select(feature => feature.Seams).OfType<NodeSeams>().LastOrDefault() ?? new NodeSeams();
        _instance = _seams.NewInstance();
        ILogger inner = loggers?.CreateLogger(NodeLogger.Category) ?? NullLogger.Instance;
        LogLines = new LogHistory(time);
        _log = new NodeLogger(inner, LogLines, features.Select(feature => feature.OnLog).OfType<Action<string>>());
        _limits = new LimitBoard(options, section, _log);
        _tasks = new TaskSet(exception => Log.TaskFailed(_log, exception));
        _transports = new TransportMap(features.Select(feature => feature.Transport).OfType<IP2pTransport>().Prepend(new TcpTransport()));
        ProtocolTable protocols = NodeProtocols.Collect([.. features.Select(feature => feature.Protocol).OfType<ProtocolRegistration>()], options, section, hasContainer: services is not null);
        _channels = new ChannelSettings(node, options, protocols, services, _limits, _counters, time, _log, _handlersStopping.Token);
        _newcomers = new Gate(NodeGatekeepers.Collect(features, section, services), options.Limits, _limits, time, _log);
        _meters = services?.GetService<IMeterFactory>();
        Table = new PeerTable(options, _counters, _limits, time, _log, _seams.Jitter);
    }

    public PeerTable Table { get; }

    public TimeProvider Time { get; }

    /// <summary>The last lines at Information or above.</summary>
    public LogHistory LogLines { get; }

    /// <summary>Loads the identity and binds the listener; a failure leaves the node stopped.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_state != NodeState.Created)
                throw new InvalidOperationException("A node is started once; make another one to start again.");
            _state = NodeState.Starting;
            _starting = StartPartsAsync(cancellationToken);
        }

        try
        {
            await _starting.ConfigureAwait(false);
        }
        catch
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        lock (_gate)
        {
            if (_state != NodeState.Starting)
                throw new OperationCanceledException("The node was stopped while it started.");
            _state = NodeState.Running;
        }
    }

    /// <summary>Dials the peers of the options; from now on connects are taken.</summary>
    public void BeginDialling()
    {
        if (_dialer is null)
            return;
        foreach (string peer in _options.Peers)
        {
            if (!PeerAddress.TryParse(peer, out PeerAddress? address))
                continue;
            P2pReason reason = _dialer.Request(address.Endpoint, new ConnectOptions { Persistent = true, ExpectedId = address.Id }).Result.Reason;
            // These are not kept: nothing else would say that this entry does nothing.
            if (reason is P2pReason.UnsupportedScheme or P2pReason.EndpointDenied)
                Log.PeerNotDialled(_log, _section, address.Endpoint, reason.ToCode());
        }
    }

    public PeerPage GetPeers(PeerQuery query) => NodeReport.Peers(query, _instance, Table, Time);

    public NodeStatus GetStatus() => NodeReport.Status(new NodeReport.Facts(_options, State, _instance, _parts?.Identity.Id, _startedAt, _startedAt is null ? TimeSpan.Zero : Time.GetElapsedTime(_started), State == NodeState.Stopped ? null : _listener?.LocalEndPoint, IsLive), Table, _counters, _limits);

    // The accept loop ends only when the listener does.
    private bool IsLive => State == NodeState.Running && _heartbeat is { IsLate: false } && (_listener is null || !_accepting.IsCompleted);

    private NodeState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _giveUpStart.Token);
        cancellationToken = either.Token;
        _telemetry = Observe();
        NodeParts parts = _parts = NodeParts.Load(_options, _section, _limits, Time, _log, _channels, _seams);
        if (!_transports.TryGet(_options.ListenScheme, out IP2pTransport? transport))
            throw new P2pStartException($"{_section}:ListenScheme", $"{_section}:ListenScheme is '{_options.ListenScheme}'; this node has no transport of that scheme.");
        AddressLimiter addresses = _addresses = new AddressLimiter(_options.Limits, _limits, Time);
        _pending = new PendingHandshakes(_options.Limits, addresses, _limits);
        if (_options.ListenPort != 0 || _options.ListenOnAnyPort)
        {
            _listener = await ListenAsync(transport, addresses, cancellationToken).ConfigureAwait(false);
            WarnWhenOpen(_listener.LocalEndPoint, parts);
        }

        cancellationToken.ThrowIfCancellationRequested();
        byte[] introduction = NodeParts.Introduce(_options, _instance, PortOf(_listener?.LocalEndPoint), _channels.Protocols.Names);
        var acceptor = new Acceptor(Table, addresses, _pending, _newcomers, parts.Inbound(_options), parts.Connections, introduction, _options, parts.HasNetworkKey, _counters, _tasks);
        _dialer = new Dialer(Table, new EndpointOpener(_transports, _options.DialPolicy, Time), parts.Outbound(_options, introduction), parts.Connections, _options, _counters, _tasks);

        Table.Open(parts.Identity.Id);
        _startedAt = Time.GetUtcNow();
        _started = Time.GetTimestamp();
        _heartbeat = new Heartbeat(_options.PingInterval, Time, Beat);
        _heartbeat.Start();
        if (_listener is { } listener)
            _accepting = Task.Run(() => acceptor.RunAsync(listener, _options.ListenScheme, _stopping.Token), CancellationToken.None);
        if (_seams.HeedsNetworkChanges)
            NetworkChange.NetworkAddressChanged += OnNetworkChanged;
        Log.Started(_log, parts.Identity.Id, _listener is null ? "nowhere" : EndpointText.Of(_listener.LocalEndPoint, _options.ListenScheme));
    }

    private async Task<IP2pTransportListener> ListenAsync(IP2pTransport transport, AddressLimiter addresses, CancellationToken cancellationToken)
    {
        try
        {
            return await transport.ListenAsync(new P2pListenOptions { Address = _options.ListenAddress, Port = _options.ListenPort, Admit = remote => addresses.TryAdmit((remote as IPEndPoint)?.Address) }, cancellationToken).ConfigureAwait(false);
        }
        catch (P2pTransportException e)
        {
            string address = _options.ListenAddress is { } given ? $" with {_section}:ListenAddress '{given}'" : "";
            throw new P2pStartException($"{_section}:ListenPort", $"{_section}:ListenPort is {_options.ListenPort}{address}; the node cannot listen there: {e.Message}", e);
        }
    }

    private static int PortOf(EndPoint? listen) => listen switch
    {
        IPEndPoint ip => ip.Port,
        DnsEndPoint dns => dns.Port,
        _ => 0,
    };

    private void WarnWhenOpen(EndPoint listen, NodeParts parts)
    {
        bool local = listen is not IPEndPoint ip || IPAddress.IsLoopback(ip.Address);
        if (!local && !parts.HasNetworkKey && _options.AllowedPeers is null && _newcomers.IsOpen)
            Log.OpenToAll(_log, _section);
    }

    private void Beat()
    {
        foreach (PeerRow row in Table.Rows())
            row.State.Connection?.Tick();
        Table.Trim();
    }

    private void OnNetworkChanged(object? sender, EventArgs e)
    {
        Log.NetworkChanged(_log);
        Table.ForgetBackoff();
    }
}
