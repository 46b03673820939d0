using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vix.P2p.Diagnostics;
using Vix.P2p.Hosting;
using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>
/// The node. In a host it is made by <c>AddP2pNode</c> and runs with the host; without one <see cref="Create"/> makes
/// it and its owner starts and stops it.
/// </summary>
public sealed partial class P2pNode : IP2pNode, IDisposable
{
    private readonly NodeRuntime _runtime;

    internal P2pNode(P2pNodeOptions options, string section, IEnumerable<NodeFeature> features, IServiceProvider? services, ILoggerFactory? loggers, TimeProvider? time) =>
        _runtime = new NodeRuntime(this, options, section, [.. features], services, loggers, time ?? TimeProvider.System);

    /// <summary>Makes a node without a host.</summary>
    /// <param name="options">The settings; checked here.</param>
    /// <param name="configure">Sets what is not data, such as <c>OnLog</c>.</param>
    /// <param name="loggerFactory">Where its lines go, beside <c>OnLog</c>; null for nowhere.</param>
    /// <param name="timeProvider">Its clock; null for the system's.</param>
    /// <exception cref="OptionsValidationException">A setting is out of its range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">
    /// A protocol was added twice, there are too many, or one has a handler class, which only a container can make; the
    /// message names it.
    /// </exception>
    public static P2pNode Create(
        P2pNodeOptions options,
        Action<IP2pNodeBuilder>? configure = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var registration = new NodeRegistration(Options.DefaultName);
        ValidateOptionsResult valid = new P2pNodeOptionsValidator(registration.Name, () => registration.Section).Validate(registration.Name, options);
        if (valid.Failed)
            throw new OptionsValidationException(registration.Name, typeof(P2pNodeOptions), valid.Failures);
        var services = new ServiceCollection();
        configure?.Invoke(new P2pNodeBuilder(services, registration.Name));
        IEnumerable<NodeFeature> features = services.Select(service => service.ImplementationInstance).OfType<NodeFeature>();
        return new P2pNode(options, registration.Section, features, services: null, loggerFactory, timeProvider);
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _runtime.ListenAsync(cancellationToken).ConfigureAwait(false);
        _runtime.BeginDialling();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken = default) => _runtime.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ConnectResult Connect(PeerEndpoint endpoint, ConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _runtime.Connect(endpoint, options ?? new ConnectOptions()).Result;
    }

    /// <inheritdoc/>
    public Task<PeerInfo> ConnectAsync(PeerEndpoint endpoint, ConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _runtime.ConnectAsync(endpoint, options ?? new ConnectOptions(), cancellationToken);
    }

    /// <inheritdoc/>
    public bool Disconnect(PeerId id) => _runtime.Disconnect(_runtime.Table.Find(id));

    /// <inheritdoc/>
    public bool Disconnect(PeerEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _runtime.Disconnect(_runtime.Table.Find(endpoint));
    }

    /// <inheritdoc/>
    public Task<bool> DisconnectAsync(PeerId id, CancellationToken cancellationToken = default) =>
        _runtime.DisconnectAsync(_runtime.Table.Find(id), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DisconnectAsync(PeerEndpoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _runtime.DisconnectAsync(_runtime.Table.Find(endpoint), cancellationToken);
    }

    /// <inheritdoc/>
    public NodeStatus GetStatus() => _runtime.GetStatus();

    /// <inheritdoc/>
    public PeerList GetPeers() => NodeReport.Peers(_runtime.Table, _runtime.Time);

    /// <inheritdoc/>
    public bool TryGetPeer(PeerId id, [NotNullWhen(true)] out PeerInfo? peer)
    {
        peer = _runtime.Table.Find(id)?.ToInfo(_runtime.Time);
        return peer is not null;
    }

    /// <inheritdoc/>
    public bool TryGetPeer(PeerEndpoint endpoint, [NotNullWhen(true)] out PeerInfo? peer)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        peer = _runtime.Table.Find(endpoint)?.ToInfo(_runtime.Time);
        return peer is not null;
    }

    /// <inheritdoc/>
    public bool TryGetPeer(string key, [NotNullWhen(true)] out PeerInfo? peer)
    {
        ArgumentNullException.ThrowIfNull(key);
        peer = _runtime.Table.Find(key)?.ToInfo(_runtime.Time);
        return peer is not null;
    }

    /// <summary>Stops the node as <see cref="StopAsync"/> does, and frees everything.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Stops the node and waits for it; <see cref="DisposeAsync"/> does the same without holding the thread.</summary>
    public void Dispose() => StopAsync().GetAwaiter().GetResult();

    /// <summary>What the connection to a peer carries; null when there is none.</summary>
    internal PeerChannel? FindChannel(PeerId peer) => _runtime.FindChannel(peer);

    /// <summary>What it holds at this moment, as far as the status does not say so.</summary>
    internal NodeSizes GetSizes() => _runtime.GetSizes();

    // The hosted service's steps; StartAsync is both.
    internal Task ListenAsync(CancellationToken cancellationToken) => _runtime.ListenAsync(cancellationToken);

    internal void BeginDialling() => _runtime.BeginDialling();

    internal void BeginStop() => _runtime.BeginStop();
}
