using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Vix.P2p.Hosting;

/// <summary>
/// Starts and stops all nodes of a host in the order they were added: listeners are bound before the web server takes
/// requests, dialling begins when everything has started, and newcomers are rejected from the first moment of a stop.
/// </summary>
internal sealed class P2pHostedService : IHostedLifecycleService
{
    private readonly P2pNode[] _nodes;

    public P2pHostedService(IServiceProvider services, IEnumerable<NodeRegistration> registrations) =>
        _nodes = [.. registrations.Select(registration => services.GetRequiredKeyedService<P2pNode>(registration.Name))];

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (P2pNode node in _nodes)
            await node.ListenAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (P2pNode node in _nodes)
            node.BeginDialling();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        foreach (P2pNode node in _nodes)
            node.BeginStop();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_nodes.Select(node => node.StopAsync(cancellationToken)));

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
