using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Vix.P2p.Tests.Documents;

/// <summary>The examples of docs/observability.md: each of its code blocks is a region here, and so it compiles.</summary>
internal static class ObservabilityExamples
{
    public static void Host(HostApplicationBuilder builder)
    {
        #region opentelemetry
        builder.Services.AddP2pNode();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("my-app"))
            .WithMetrics(metrics => metrics.AddMeter("Vix.P2p").AddOtlpExporter())
            .WithTracing(tracing => tracing.AddSource("Vix.P2p").AddOtlpExporter());
        #endregion
    }

    public static async Task NodeAsync(P2pNodeOptions options)
    {
        #region opentelemetry without a host
        using MeterProvider metrics = Sdk.CreateMeterProviderBuilder().AddMeter("Vix.P2p").AddOtlpExporter().Build();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder().AddSource("Vix.P2p").AddOtlpExporter().Build();
        await using P2pNode node = P2pNode.Create(options);
        await node.StartAsync();
        #endregion
    }
}
