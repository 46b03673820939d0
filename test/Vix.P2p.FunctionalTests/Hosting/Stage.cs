using Microsoft.Extensions.Hosting;

namespace Vix.P2p.FunctionalTests.Hosting;

/// <summary>Another service of the host, added after the node, that looks at it at each stage.</summary>
internal sealed class Stage : IHostedService
{
    public Func<Task> Start { get; init; } = () => Task.CompletedTask;

    public Func<Task> Stop { get; init; } = () => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Start();

    public Task StopAsync(CancellationToken cancellationToken) => Stop();
}
