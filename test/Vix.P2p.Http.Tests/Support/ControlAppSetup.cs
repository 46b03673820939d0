using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>What a test wants of its app.</summary>
internal sealed record ControlAppSetup
{
    public (string Name, string? Value)[] Settings { get; init; } = [];

    public string Environment { get; init; } = Environments.Development;

    public Action<IServiceCollection>? Services { get; init; }

    public Action<WebApplication>? Pipeline { get; init; }

    /// <summary>In place of <c>app.MapP2pControl()</c>.</summary>
    public Action<WebApplication>? Map { get; init; }

    /// <summary>In place of the in-memory server.</summary>
    public Action<WebApplicationBuilder>? Server { get; init; }
}
