using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vix.P2p.Admission;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Peers;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Hosting;

/// <summary>
/// Puts a node together, starts it and stops it: once, in this order. Everything that a node starts is in its
/// <see cref="TaskSet"/> or in a field here, and is awaited at the stop.
/// </summary>
internal sealed class NodeRuntime
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly P2pNodeOptions _options;
    private readonly string _section;
    private readonly ILogger _log;
    private readonly LimitBoard _limits;
    private readonly NodeCounters _counters = new();
    private readonly TransportMap _transports;
    private readonly TaskSet _tasks;
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _instance = Guid.NewGuid().ToString("N");
    private NodeState _state = NodeState.Created;
    private Task? _stopped;
    private NodeParts? _parts;
    private IP2pTransportListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private Dialer? _dialer;
    private Heartbeat? _heartbeat;
    private DateTimeOffset? _startedAt;
    private long _started;

    public NodeRuntime(P2pNodeOptions options, string section, IReadOnlyList<NodeFeature> features, ILoggerFactory? loggers, TimeProvider time)
    {
        _options = options;
        _section = section;
        Time = time;
        ILogger inner = loggers?.CreateLogger(NodeLogger.Category) ?? NullLogger.Instance;
        _log = new NodeLogger(inner, features.Select(feature => feature.OnLog).OfType<Action<string>>());
        _limits = new LimitBoard(options, section, _log);
        _tasks = new TaskSet(exception => Log.TaskFailed(_log, exception));
        _transports = new TransportMap(features.Select(feature => feature.Transport).OfType<IP2pTransport>().Prepend(new TcpTransport()));
        Table = new PeerTable(options, _counters, _limits, time, _log, Random.Shared.NextDouble);
    }

    public PeerTable Table { get; }

    public TimeProvider Time { get; }

    /// <summary>Loads the identity and binds the listener; a failure leaves the node stopped.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_state != NodeState.Created)
                throw new InvalidOperationException("A node is started once; make another one to start again.");
            _state = NodeState.Starting;
        }

        try
        {
            await StartPartsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        lock (_gate)
        {
            if (_state == NodeState.Starting)
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
            if (PeerAddress.TryParse(peer, out PeerAddress? address))
                _dialer.Request(address.Endpoint, new ConnectOptions { Persistent = true, ExpectedId = address.Id });
        }
    }

    public ConnectRequest Connect(PeerEndpoint endpoint, ConnectOptions options) =>
        _dialer is { } dialer && Table.IsOpen
            ? dialer.Request(endpoint, options)
            : new ConnectRequest(new ConnectResult(false, endpoint, P2pReason.NotRunning), null, null);

    public async Task<PeerInfo> ConnectAsync(PeerEndpoint endpoint, ConnectOptions options, CancellationToken cancellationToken)
    {
        ConnectRequest request = Connect(endpoint, options);
        ConnectResult result = request.Result;
        if (request.Attempt is { } attempt)
            return await attempt.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (result.Reason == P2pReason.AlreadyConnected)
            return request.Row!.ToInfo(Time);
        if (result.Reason == P2pReason.InProgress && request.Row!.State.Id is { } id)
            return await WaitForInboundAsync(endpoint, id, cancellationToken).ConfigureAwait(false);
        throw new P2pConnectException(endpoint, result.Reason, $"Connecting {endpoint} was not begun ({result.Reason.ToCode()}).");
    }

    public async Task<bool> DisconnectAsync(PeerRow? row, CancellationToken cancellationToken)
    {
        if (row is null || !Table.TryPause(row, out DialAttempt? dial, out PeerLink? link))
            return false;
        dial?.Cancel(P2pReason.Cancelled);
        link?.Connection?.Close(P2pReason.Requested, Records.CloseCode.Normal);
        // Not only for the connection's end: who asks next must not find the peer connected.
        if (link?.Connection is not null)
            await link.Released.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (dial is not null)
            await ((Task)dial.Done.Task).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    public NodeStatus GetStatus() => NodeReport.Status(new NodeReport.Facts(_options, State, _instance, _parts?.Identity.Id, _startedAt, _startedAt is null ? TimeSpan.Zero : Time.GetElapsedTime(_started), _listener?.LocalEndPoint), Table, _counters, _limits);

    /// <summary>From now on newcomers are rejected and nothing is dialled.</summary>
    public void BeginStop()
    {
        lock (_gate)
        {
            if (_state is NodeState.Running or NodeState.Starting)
                _state = NodeState.Stopping;
        }

        foreach (DialAttempt attempt in Table.Shut())
            attempt.Cancel(P2pReason.ShuttingDown);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _stopped ??= StopOnceAsync(cancellationToken);
    }

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
        NodeParts parts = _parts = NodeParts.Load(_options, _section, _limits, Time, _log);
        if (!_transports.TryGet(_options.ListenScheme, out IP2pTransport? transport))
            throw new P2pStartException($"{_section}:ListenScheme", $"{_section}:ListenScheme is '{_options.ListenScheme}'; this node has no transport of that scheme.");
        var addresses = new AddressLimiter(_options.Limits, _limits, Time);
        if (_options.ListenPort != 0 || _options.ListenOnAnyPort)
        {
            _listener = await ListenAsync(transport, addresses, cancellationToken).ConfigureAwait(false);
            WarnWhenOpen(_listener.LocalEndPoint, parts);
        }

        byte[] introduction = NodeParts.Introduce(_options, _section, _instance, PortOf(_listener?.LocalEndPoint));
        var acceptor = new Acceptor(Table, addresses, new PendingHandshakes(_options.Limits, addresses, _limits), parts.Inbound(_options), parts.Connections, introduction, _options, parts.HasNetworkKey, _counters, _tasks);
        _dialer = new Dialer(Table, _transports, parts.Outbound(_options, introduction), parts.Connections, _options, _counters, _tasks);

        Table.Open(parts.Identity.Id);
        _startedAt = Time.GetUtcNow();
        _started = Time.GetTimestamp();
        _heartbeat = new Heartbeat(_options.PingInterval, Time, Beat);
        _heartbeat.Start();
        if (_listener is { } listener)
            _accepting = Task.Run(() => acceptor.RunAsync(listener, _options.ListenScheme, _stopping.Token), CancellationToken.None);
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
        if (!local && !parts.HasNetworkKey && _options.AllowedPeers is null)
            Log.OpenToAll(_log, _section);
    }

    private void Beat()
    {
        foreach (PeerRow row in Table.Rows())
            row.State.Connection?.Tick();
        Table.Trim();
    }

    private async Task<PeerInfo> WaitForInboundAsync(PeerEndpoint endpoint, PeerId id, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await Table.ArrivalOf(id, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new P2pConnectException(endpoint, P2pReason.HandshakeTimeout, $"Connecting {endpoint} failed: the peer's own connection was not Ready in time.");
        }
    }

    private void OnNetworkChanged(object? sender, EventArgs e)
    {
        Log.NetworkChanged(_log);
        Table.ForgetBackoff();
    }

    // Stop the heartbeat, stop listening, send Close to peers, wait for the token, abort what is left, dispose.
    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // the caller holds the lock
        NetworkChange.NetworkAddressChanged -= OnNetworkChanged;
        BeginStop();
        if (_heartbeat is not null)
            await _heartbeat.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_listener is not null)
            await _listener.DisposeAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (PeerConnection connection in Table.Connections())
            connection.Close(P2pReason.ShuttingDown, Records.CloseCode.ShuttingDown);

        Task all = _tasks.WhenAllAsync();
        using (var deadline = new CancellationTokenSource(StopTime, Time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken))
            await all.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (PeerConnection connection in Table.Connections())
            connection.Abort(P2pReason.ShuttingDown);
        await all.ConfigureAwait(false);

        _dialer?.Dispose();
        _parts?.Dispose();
        _stopping.Dispose();
        lock (_gate)
            _state = NodeState.Stopped;
        Table.Events.Complete();
        Log.Stopped(_log);
    }
}
