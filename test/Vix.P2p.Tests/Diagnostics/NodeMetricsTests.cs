using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Shared;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

/// <summary>What a collector gets of a node.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NodeMetricsTests : IAsyncDisposable
{
    private const string Chat = "chat/1";

    private readonly TestNetwork _net = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(Instrument Instrument, double Value, string Tags)> _measured = new();

    public NodeMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == NodeMetrics.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _net.DisposeAsync();
    }

    [Test]
    public async Task Messages_AndFailures_AreCountedByNode()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b", build: builder => builder.AddProtocol(Chat, protocol => protocol.OnMessage(_ => throw new InvalidOperationException())));
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;
        for (int i = 0; i < 3; i++)
            await a.SendAsync(id, Chat, new byte[10]).Soon();
        await Waiting.UntilAsync(() => b.GetStatus().HandlerFailures == 3);

        Dictionary<string, double> values = Collect();

        values.Should().Contain(new Dictionary<string, double>
        {
            ["vix.p2p.messages vix.p2p.node=a direction=out"] = 3,
            ["vix.p2p.messages vix.p2p.node=a direction=in"] = 0,
            ["vix.p2p.messages vix.p2p.node=b direction=in"] = 3,
            ["vix.p2p.messages vix.p2p.node=b direction=out"] = 0,
            ["vix.p2p.handler.failures vix.p2p.node=a"] = 0,
            ["vix.p2p.handler.failures vix.p2p.node=b"] = 3,
            ["vix.p2p.send_queue vix.p2p.node=a"] = 0,
            ["vix.p2p.send_queue.waiting vix.p2p.node=a"] = 0,
        });
        _measured.Should().NotContain(entry => entry.Instrument.Name == "vix.p2p.send_queue.wait", "nobody had to wait");
    }

    [Test]
    public async Task SendQueue_OfAPeerThatDoesNotRead_ShowsWhatWaitsAndForHowLong()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Limits.SendQueueBytes = 64 * 1024);
        RawPeer slow = await _net.ConnectAsync("a", _net.Identity("slow"), RawPeer.Introduce("slow", protocols: Chat));
        await slow.End.ReadAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 1);
        PeerId id = _net.Identity("slow").Identity.Id;
        byte[] block = new byte[32 * 1024];
        await Waiting.UntilAsync(() => !a.TrySend(id, Chat, block) && a.GetPeers().Peers[0].BytesOut > 128 * 1024 && !a.TrySend(id, Chat, block));

        Task waiting = a.SendAsync(id, Chat, block).AsTask();
        Dictionary<string, double> values = Collect();
        values["vix.p2p.send_queue vix.p2p.node=a"].Should().Be(a.GetPeers().Peers[0].SendQueueBytes).And.BeGreaterThan(32 * 1024);
        values["vix.p2p.send_queue.waiting vix.p2p.node=a"].Should().Be(1);
        _net.Clock.Advance(TimeSpan.FromSeconds(2));
        // The last of it may be read before the waiter has been told that all of it is in the queue.
        while (!waiting.IsCompleted)
            await Task.WhenAny(slow.End.ReadAsync(), waiting);
        await waiting.Soon();

        _measured.Should().ContainSingle(entry => entry.Instrument.Name == "vix.p2p.send_queue.wait").Which.Should().Match<(Instrument Instrument, double Value, string Tags)>(wait =>
            wait.Value == 2 && wait.Tags == " vix.p2p.node=a");
        Collect()["vix.p2p.send_queue.waiting vix.p2p.node=a"].Should().Be(0);
    }

    [Test]
    public async Task Meter_OfANodeWithoutAContainer_EndsWithIt()
    {
        P2pNode a = await _net.StartAsync("a");
        Collect().Should().ContainKey("vix.p2p.send_queue vix.p2p.node=a");

        await a.StopAsync().Soon();

        Collect().Should().BeEmpty();
    }

    [Test]
    public async Task Meter_OfAHost_IsTheContainers()
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddP2pNode(options => options.NodeId = "hosted");
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IP2pNode>().StartAsync().Soon();

        Collect().Should().ContainKey("vix.p2p.send_queue vix.p2p.node=hosted");

        Meter meter = provider.GetRequiredService<IMeterFactory>().Create(new MeterOptions(NodeMetrics.MeterName));
        _measured.Should().OnlyContain(entry => entry.Instrument.Meter == meter);
    }

    [Test]
    public async Task Instruments_Always_AreThoseOfTheDocument()
    {
        await _net.StartAsync("a");
        string document = await File.ReadAllTextAsync(Repository.Path("docs/architecture.md"));
        var published = new ConcurrentDictionary<string, string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == NodeMetrics.MeterName)
                    published[instrument.Name] = instrument.Unit ?? "";
            },
        };
        listener.Start();

        published.Should().HaveCount(5).And.OnlyContain(instrument => document.Contains($"| `{instrument.Key}` |", StringComparison.Ordinal) && document.Contains($"| {instrument.Value} |", StringComparison.Ordinal));
    }

    private Dictionary<string, double> Collect()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return _measured.ToDictionary(entry => entry.Instrument.Name + entry.Tags, entry => entry.Value);
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string text = "";
        foreach (KeyValuePair<string, object?> tag in tags)
            text += $" {tag.Key}={tag.Value}";
        _measured.Enqueue((instrument, value, text));
    }
}
