using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Options;

/// <summary>Says which Add call is missing where a host uses a node that it has not added.</summary>
internal static class RegisteredNode
{
    /// <summary>Fails when there is no such node; starts nothing.</summary>
    public static void Require(IServiceProvider services, string? name)
    {
        bool registered = name is null
            ? services.GetService<IServiceProviderIsService>()?.IsService(typeof(IP2pNode)) ?? services.GetService<IP2pNode>() is not null
            : services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IP2pNode), name) ?? services.GetKeyedService<IP2pNode>(name) is not null;
        if (!registered)
            throw Missing(name, "to control", "app.MapP2pControl");
    }

    public static InvalidOperationException Missing(string? name, string purpose, string user)
    {
        string call = name is null ? "AddP2pNode()" : $"AddP2pNode(\"{name}\")";
        return new InvalidOperationException($"There is no {(name is null ? "P2P node" : $"P2P node '{name}'")} {purpose}. Call builder.Services.{call} before {user}.");
    }
}
