using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;
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
            ["vix.p2p.messages vix.p2p.node=a network.io.direction=transmit"] = 3,
            ["vix.p2p.messages vix.p2p.node=a network.io.direction=receive"] = 0,
            ["vix.p2p.messages vix.p2p.node=b network.io.direction=receive"] = 3,
            ["vix.p2p.messages vix.p2p.node=b network.io.direction=transmit"] = 0,
            ["vix.p2p.handler.failures vix.p2p.node=a"] = 0,
            ["vix.p2p.handler.failures vix.p2p.node=b"] = 3,
            ["vix.p2p.send_queue.usage vix.p2p.node=a"] = 0,
            ["vix.p2p.send_queue.waiting vix.p2p.node=a"] = 0,
        });
        _measured.Should().NotContain(entry => entry.Instrument.Name == "vix.p2p.send_queue.wait_time", "nobody had to wait");
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
        values["vix.p2p.send_queue.usage vix.p2p.node=a"].Should().Be(a.GetPeers().Peers[0].SendQueueBytes).And.BeGreaterThan(32 * 1024);
        values["vix.p2p.send_queue.waiting vix.p2p.node=a"].Should().Be(1);
        _net.Clock.Advance(TimeSpan.FromSeconds(2));
        // The last of it may be read before the waiter has been told that all of it is in the queue.
        while (!waiting.IsCompleted)
            await Task.WhenAny(slow.End.ReadAsync(), waiting);
        await waiting.Soon();

        _measured.Should().ContainSingle(entry => entry.Instrument.Name == "vix.p2p.send_queue.wait_time").Which.Should().Match<(Instrument Instrument, double Value, string Tags)>(wait =>
            wait.Value == 2 && wait.Tags == " vix.p2p.node=a");
        Collect()["vix.p2p.send_queue.waiting vix.p2p.node=a"].Should().Be(0);
    }

    [Test]
    public async Task Meter_OfANodeWithoutAContainer_EndsWithIt()
    {
        P2pNode a = await _net.StartAsync("a");
        Collect().Should().ContainKey("vix.p2p.send_queue.usage vix.p2p.node=a");

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

        Collect().Should().ContainKey("vix.p2p.send_queue.usage vix.p2p.node=hosted");

        Meter meter = provider.GetRequiredService<IMeterFactory>().Create(new MeterOptions(NodeMetrics.MeterName));
        _measured.Should().OnlyContain(entry => entry.Instrument.Meter == meter);
    }

    [Test]
    public async Task Meter_OfANodeThatStopped_HasNothingToSayThoughItsContainerLives()
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddP2pNode(options => options.NodeId = "hosted");
        services.AddP2pNode("other", options => options.NodeId = "other");
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IP2pNode>().StartAsync().Soon();
        await provider.GetRequiredKeyedService<IP2pNode>("other").StartAsync().Soon();
        Collect().Should().ContainKeys("vix.p2p.streams vix.p2p.node=hosted vix.p2p.direction=inbound", "vix.p2p.streams vix.p2p.node=other vix.p2p.direction=inbound");

        await provider.GetRequiredService<IP2pNode>().StopAsync().Soon();

        Collect().Keys.Should().NotBeEmpty().And.OnlyContain(key => key.Contains("vix.p2p.node=other"));
    }

    [Test]
    public async Task Peers_EachState_HasItsNumberByDirection()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await a.Invoking(node => node.ConnectAsync(TestNetwork.At("nobody")).Soon()).Should().ThrowAsync<P2pConnectException>();
        await Waiting.UntilAsync(() => b.GetStatus().PeersConnected == 1);

        Dictionary<string, double> values = Collect();

        values.Where(value => value.Key.StartsWith("vix.p2p.peers ", StringComparison.Ordinal)).Should().HaveCount(2 * 6 * 2);
        values.Should().Contain(new Dictionary<string, double>
        {
            ["vix.p2p.peers vix.p2p.node=a vix.p2p.peer.state=connected vix.p2p.direction=outbound"] = 1,
            ["vix.p2p.peers vix.p2p.node=a vix.p2p.peer.state=closed vix.p2p.direction=outbound"] = 1,
            ["vix.p2p.peers vix.p2p.node=a vix.p2p.peer.state=connected vix.p2p.direction=inbound"] = 0,
            ["vix.p2p.peers vix.p2p.node=b vix.p2p.peer.state=connected vix.p2p.direction=inbound"] = 1,
            ["vix.p2p.connect.attempts vix.p2p.node=a"] = 2,
            ["vix.p2p.connect.attempts vix.p2p.node=b"] = 0,
        });
    }

    [Test]
    public async Task ConnectAndHandshake_EachOutcome_IsMeasuredOnceWithItsReason()
    {
        P2pNode a = await _net.StartAsync("a");
        await _net.StartAsync("b", options => options.AllowedPeers = [_net.Identity("other").Identity.Id.ToString()]);
        P2pNode c = await _net.StartAsync("c");
        await a.ConnectAsync(TestNetwork.At("c")).Soon();
        await FailAsync("b");
        await FailAsync("nobody");
        await TestNetwork.QuietAsync(a, c);
        await Waiting.UntilAsync(() => Recorded("vix.p2p.connect.duration").Count == 3 && Recorded("vix.p2p.handshake.duration").Count == 4);

        Recorded("vix.p2p.connect.duration").Should().BeEquivalentTo(
            " vix.p2p.node=a",
            " vix.p2p.node=a error.type=rejected_not_allowed",
            " vix.p2p.node=a error.type=connection_refused");
        Recorded("vix.p2p.handshake.duration").Should().BeEquivalentTo(
            " vix.p2p.node=a vix.p2p.direction=outbound",
            " vix.p2p.node=c vix.p2p.direction=inbound",
            " vix.p2p.node=a vix.p2p.direction=outbound error.type=rejected_not_allowed",
            " vix.p2p.node=b vix.p2p.direction=inbound error.type=not_allowed");
        _listener.RecordObservableInstruments();
        _measured.Where(entry => entry.Instrument.Name == "vix.p2p.handshake.active").Should().OnlyContain(entry => entry.Value == 0);

        async Task FailAsync(string to) => await a.Invoking(node => node.ConnectAsync(TestNetwork.At(to)).Soon()).Should().ThrowAsync<P2pConnectException>();
    }

    [Test]
    public async Task Handshake_ThatTakesTooLong_IsMeasuredAsLongAsItTook()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer stranger = await RawPeer.DialAsync(_net.Transport, "a", TestNetwork.Port, _net.Identity("slow"));
        await Waiting.UntilAsync(() => a.GetStatus().HandshakesStarted == 1);
        Collect()["vix.p2p.handshake.active vix.p2p.node=a"].Should().Be(1);

        _net.Clock.Advance(TimeSpan.FromSeconds(5));
        await Waiting.UntilAsync(() => Recorded("vix.p2p.handshake.duration").Count == 1);

        _measured.Single(entry => entry.Instrument.Name == "vix.p2p.handshake.duration").Should().Match<(Instrument Instrument, double Value, string Tags)>(handshake =>
            handshake.Value == 5 && handshake.Tags == " vix.p2p.node=a vix.p2p.direction=inbound error.type=handshake_timeout");
        await Waiting.UntilAsync(() => Collect() is var values && values["vix.p2p.handshake.active vix.p2p.node=a"] == 0 && values["vix.p2p.limit.rejections vix.p2p.node=a vix.p2p.limit=handshake_timeout"] == 1);
        await stranger.DisposeAsync();
    }

    [Test]
    public async Task Heartbeat_RoundTrip_IsMeasured()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("raw"), RawPeer.Introduce("raw"));
        await peer.End.ReadAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 1);
        _net.Clock.Advance(TimeSpan.FromSeconds(6));
        RawFrame ping = await peer.End.ReadAsync() ?? throw new InvalidOperationException();
        ping.Kind.Should().Be(FrameKind.Ping);

        _net.Clock.Advance(TimeSpan.FromMilliseconds(250));
        await peer.End.SendAsync(FrameKind.Pong, ping.Body);
        await Waiting.UntilAsync(() => Recorded("vix.p2p.heartbeat.rtt").Count == 1);

        _measured.Single(entry => entry.Instrument.Name == "vix.p2p.heartbeat.rtt").Value.Should().Be(a.GetPeers().Peers.Single().Rtt!.Value.TotalSeconds).And.BeGreaterThanOrEqualTo(0.25);
    }

    [Test]
    public async Task InvalidFrame_OfAPeer_IsCounted()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("raw"), RawPeer.Introduce("raw"));
        await peer.End.ReadAsync();
        Collect()["vix.p2p.frames.invalid vix.p2p.node=a"].Should().Be(0);

        await peer.End.SendAsync(FrameKind.Ready, 1);
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 0);

        Collect()["vix.p2p.frames.invalid vix.p2p.node=a"].Should().Be(1);
    }

    [Test]
    public async Task Requests_EachOutcome_IsMeasuredOnBothSides()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        P2pNode a = await _net.StartAsync("a");
        await _net.StartAsync("b", build: builder => builder.AddProtocol("kv/1", protocol => protocol.OnRequest(async context =>
        {
            if (context.Payload.Length == 2)
                throw new P2pRemoteException(64, "no");
            if (context.Payload.Length == 3)
            {
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }

            await context.ReplyAsync(context.Payload);
        })));
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;

        await a.RequestAsync(id, "kv/1", new byte[1]).AsTask().Soon();
        await a.Invoking(node => node.RequestAsync(id, "kv/1", new byte[2]).AsTask().Soon()).Should().ThrowAsync<P2pRemoteException>();
        using (var cancel = new CancellationTokenSource())
        {
            Task asking = a.RequestAsync(id, "kv/1", new byte[3], cancel.Token).AsTask();
            await entered.Task.Soon();
            await cancel.CancelAsync();
            await asking.Invoking(task => task.Soon()).Should().ThrowAsync<OperationCanceledException>();
        }

        await a.Invoking(node => node.RequestAsync(id, "unknown/1", new byte[1]).AsTask().Soon()).Should().ThrowAsync<P2pSendException>();
        await Waiting.UntilAsync(() => Recorded("vix.p2p.server.request.duration").Count == 3);

        Recorded("vix.p2p.client.request.duration").Should().BeEquivalentTo(
            " vix.p2p.node=a rpc.method=kv/1",
            " vix.p2p.node=a rpc.method=kv/1 error.type=request_failed",
            " vix.p2p.node=a rpc.method=kv/1 error.type=cancelled");
        Recorded("vix.p2p.server.request.duration").Should().BeEquivalentTo(
            " vix.p2p.node=b rpc.method=kv/1",
            " vix.p2p.node=b rpc.method=kv/1 error.type=request_failed",
            " vix.p2p.node=b rpc.method=kv/1 error.type=cancelled");
    }

    [Test]
    public async Task BytesAndStreams_OfTheirDirection_AreCounted()
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        P2pNode a = await _net.StartAsync("a");
        await _net.StartAsync("b", build: builder => builder.AddProtocol("file/1", protocol => protocol.OnStream(async _ =>
        {
            taken.SetResult();
            await over.Task;
        })));
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;
        await using P2pStream stream = await a.OpenStreamAsync(id, "file/1");
        await taken.Task.Soon();

        Dictionary<string, double> values = Collect();
        values.Should().Contain(new Dictionary<string, double>
        {
            ["vix.p2p.streams vix.p2p.node=a vix.p2p.direction=outbound"] = 1,
            ["vix.p2p.streams vix.p2p.node=a vix.p2p.direction=inbound"] = 0,
            ["vix.p2p.streams vix.p2p.node=b vix.p2p.direction=inbound"] = 1,
        });
        values["vix.p2p.network.io vix.p2p.node=a network.io.direction=transmit"].Should().BePositive().And.Be(values["vix.p2p.network.io vix.p2p.node=b network.io.direction=receive"]);
        over.SetResult();
    }

    private Dictionary<string, double> Collect()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return _measured.ToDictionary(entry => entry.Instrument.Name + entry.Tags, entry => entry.Value);
    }

    private List<string> Recorded(string name) => [.. _measured.Where(entry => entry.Instrument.Name == name).Select(entry => entry.Tags)];

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string text = "";
        foreach (KeyValuePair<string, object?> tag in tags)
            text += $" {tag.Key}={tag.Value}";
        _measured.Enqueue((instrument, value, text));
    }
}
