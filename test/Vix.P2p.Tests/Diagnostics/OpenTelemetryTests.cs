using System.Diagnostics;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Tests.Diagnostics;

/// <summary>What OpenTelemetry's own SDK makes of two nodes in one container.</summary>
internal sealed class OpenTelemetryTests
{
    [Test]
    public async Task TwoNodes_InOneHost_AreOneStreamOfEachMetricAndOneTrace()
    {
        var transport = new MemoryTransport();
        var metrics = new List<MetricSnapshot>();
        var spans = new List<Activity>();
        var services = new ServiceCollection();
        services.AddMetrics();
        foreach (string name in (string[])["edge", "core"])
        {
            services.AddP2pNode(name, options =>
            {
                (options.NodeId, options.ListenScheme, options.ListenAddress, options.ListenPort) = (name, "memory", name, TestNetwork.Port);
            }).AddTransport(transport).AddProtocol("kv/1", protocol => protocol.OnRequest(context => context.ReplyAsync(context.Payload)));
        }

        services.AddOpenTelemetry()
            .WithMetrics(builder => builder.AddMeter("Vix.P2p").AddInMemoryExporter(metrics))
            .WithTracing(builder => builder.AddSource("Vix.P2p").AddInMemoryExporter(spans));
        await using ServiceProvider provider = services.BuildServiceProvider();
        MeterProvider meters = provider.GetRequiredService<MeterProvider>();
        TracerProvider tracers = provider.GetRequiredService<TracerProvider>();
        IP2pNode edge = provider.GetRequiredKeyedService<IP2pNode>("edge");
        IP2pNode core = provider.GetRequiredKeyedService<IP2pNode>("core");
        await core.StartAsync().Soon();
        await edge.StartAsync().Soon();
        PeerId id = (await edge.ConnectAsync(TestNetwork.At("core")).Soon()).Id!.Value;
        await edge.RequestAsync(id, "kv/1", new byte[10]).AsTask().Soon();
        await Waiting.UntilAsync(() => core.GetStatus().PeersConnected == 1);
        // What is measured as it ends: the handler's side last of all.
        await Waiting.UntilAsync(() =>
        {
            metrics.Clear();
            meters.ForceFlush();
            return Points("vix.p2p.server.request.duration") == 1 && Points("vix.p2p.connect.duration") == 1 && Points("vix.p2p.handshake.duration") == 2;
        });

        metrics.Select(metric => metric.Name).Should().OnlyHaveUniqueItems();
        MetricSnapshot peers = metrics.Single(metric => metric.Name == "vix.p2p.peers");
        peers.MetricPoints.Should().HaveCount(2 * 6 * 2);
        peers.MetricPoints.Sum(point => point.GetSumLong()).Should().Be(2);
        metrics.Single(metric => metric.Name == "vix.p2p.connect.duration").MetricPoints[0].GetHistogramCount().Should().Be(1);

        await edge.StopAsync().Soon();
        await core.StopAsync().Soon();
        tracers.ForceFlush();
        Activity asked = spans.Single(span => span.OperationName == "kv/1" && span.Kind == ActivityKind.Client);
        spans.Single(span => span.OperationName == "kv/1" && span.Kind == ActivityKind.Server).ParentSpanId.Should().Be(asked.SpanId);
        meters.ForceFlush().Should().BeTrue("nodes that have stopped break no collector");

        int Points(string name) => metrics.SingleOrDefault(metric => metric.Name == name)?.MetricPoints.Count ?? 0;
    }
}
