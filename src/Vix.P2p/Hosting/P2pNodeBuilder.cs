using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Hosting;

internal sealed class P2pNodeBuilder(IServiceCollection services, string name) : IP2pNodeBuilder
{
    public IServiceCollection Services => services;

    public string Name => name;
}
