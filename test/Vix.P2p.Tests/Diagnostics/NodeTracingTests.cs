using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Messages;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

/// <summary>The spans of dials, handshakes and requests, on both sides.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NodeTracingTests : IAsyncDisposable
{
    private const string Kv = "kv/1";

    private readonly TestNetwork _net = new();
    private readonly TraceSink _traces = new();

    public async ValueTask DisposeAsync()
    {
        await _net.DisposeAsync();
        _traces.Dispose();
    }

    [Test]
    public async Task Connect_Successful_IsADialWithItsHandshakeAndAHandshakeThere()
    {
        P2pNode a = await _net.StartAsync("a");
        await _net.StartAsync("b");
        PeerId id;
        ActivityTraceId caller;
        using (Activity outer = new Activity("outer").Start())
        {
            caller = outer.TraceId;
            id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;
            Activity.Current.Should().BeSameAs(outer, "a span must not leak to whoever called");
        }

        Activity dial = (await _traces.ReadAsync("a", "p2p.connect")).Single();
        Activity outbound = (await _traces.ReadAsync("a", "p2p.handshake")).Single();
        Activity inbound = (await _traces.ReadAsync("b", "p2p.handshake")).Single();

        (dial.Kind, dial.TraceId, dial.Status).Should().Be((ActivityKind.Client, caller, ActivityStatusCode.Unset));
        Tags(dial).Should().Contain(new Dictionary<string, object?>
        {
            ["vix.p2p.node"] = "a",
            ["server.address"] = "b",
            ["server.port"] = TestNetwork.Port,
            ["network.transport"] = "memory",
            ["vix.p2p.peer.id"] = id.ToString(),
        }).And.NotContainKey("error.type");
        (outbound.Kind, outbound.ParentSpanId, outbound.TraceId).Should().Be((ActivityKind.Internal, dial.SpanId, dial.TraceId));
        Tags(outbound).Should().Contain("network.peer.address", "b").And.Contain("vix.p2p.peer.id", id.ToString());
        (inbound.Kind, inbound.ParentSpanId).Should().Be((ActivityKind.Server, default(ActivitySpanId)), "nothing of a handshake says what it belongs to");
        Tags(inbound).Should().Contain("vix.p2p.peer.id", a.GetStatus().Id!.Value.ToString());
    }

    [Test]
    public async Task Connect_Refused_EndsWithItsReason()
    {
        P2pNode a = await _net.StartAsync("a");

        await a.Invoking(node => node.ConnectAsync(TestNetwork.At("nobody")).Soon()).Should().ThrowAsync<P2pConnectException>();

        Activity dial = (await _traces.ReadAsync("a", "p2p.connect")).Single();
        (dial.Status, dial.GetTagItem("error.type")).Should().Be((ActivityStatusCode.Error, "connection_refused"));
        _traces.Ended.Should().NotContain(span => span.OperationName == "p2p.handshake");
    }

    [Test]
    public async Task Connect_AgainByTheNodeItself_IsATraceOfItsOwn()
    {
        P2pNode a = await _net.StartAsync("a");
        using (new Activity("outer").Start())
            a.Connect(TestNetwork.At("nobody"), new ConnectOptions { Persistent = true });
        Activity first = (await _traces.ReadAsync("a", "p2p.connect")).Single();
        first.Parent.Should().BeNull();
        first.ParentSpanId.Should().NotBe(default(ActivitySpanId));
        await Waiting.UntilAsync(() => a.GetPeers().Peers.Single().State == PeerState.Disconnected);

        _net.Clock.Advance(TimeSpan.FromSeconds(1));

        Activity second = (await _traces.ReadAsync("a", "p2p.connect", 2))[1];
        (second.ParentSpanId, second.TraceId == first.TraceId).Should().Be((default(ActivitySpanId), false));
    }

    [Test]
    public async Task Request_OnTheOtherNode_GoesOnInTheSameTrace()
    {
        Activity? inHandler = null;
        await using RequestBench bench = await StartAsync(context =>
        {
            inHandler = Activity.Current;
            return context.ReplyAsync(context.Payload);
        });
        using Activity outer = new Activity("outer").Start();

        await bench.AskAsync(new byte[] { 1 }).Soon();

        Activity asked = (await _traces.ReadAsync("a", Kv)).Single();
        Activity handled = (await _traces.ReadAsync("b", Kv)).Single();
        Activity.Current.Should().BeSameAs(outer);
        (asked.Kind, asked.TraceId, asked.ParentSpanId).Should().Be((ActivityKind.Client, outer.TraceId, outer.SpanId));
        (handled.Kind, handled.TraceId, handled.ParentSpanId, handled.HasRemoteParent).Should().Be((ActivityKind.Server, outer.TraceId, asked.SpanId, true));
        inHandler.Should().BeSameAs(handled, "what the handler does and logs belongs to it");
        Tags(asked).Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["vix.p2p.node"] = "a",
            ["rpc.system.name"] = "vix_p2p",
            ["rpc.method"] = Kv,
            ["vix.p2p.peer.id"] = bench.IdOfB.ToString(),
            ["network.peer.address"] = "b",
            ["network.peer.port"] = TestNetwork.Port,
            ["network.transport"] = "memory",
            ["server.address"] = "b",
            ["server.port"] = TestNetwork.Port,
        });
        Tags(handled).Should().Contain("rpc.method", Kv).And.Contain("vix.p2p.peer.id", bench.IdOfA.ToString()).And.NotContainKey("error.type");
    }

    [TestCase(64, "64")]
    [TestCase(P2pErrorCode.HandlerFailed, "1")]
    public async Task Request_AnsweredWithAnError_SaysSoOnBothSides(int code, string status)
    {
        await using RequestBench bench = await StartAsync(_ => throw (code == 64 ? new P2pRemoteException(code, "no") : new InvalidOperationException("secret")));

        await bench.Invoking(b => b.AskAsync(new byte[] { 1 }).Soon()).Should().ThrowAsync<P2pRemoteException>();

        foreach (Activity span in (Activity[])[.. await _traces.ReadAsync("a", Kv), .. await _traces.ReadAsync("b", Kv)])
        {
            span.Status.Should().Be(ActivityStatusCode.Error);
            (span.GetTagItem("error.type"), span.GetTagItem("rpc.response.status_code")).Should().Be(("request_failed", status));
        }

        _traces.Ended.SelectMany(Tags).Should().NotContain(tag => $"{tag.Value}".Contains("secret"));
    }

    [Test]
    public async Task Request_NotAnsweredInTime_EndsWithItsReason()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RequestBench bench = await StartAsync(async context =>
        {
            await release.Task;
            await context.ReplyAsync(context.Payload);
        });
        Task asking = bench.AskAsync(new byte[] { 1 });
        await Waiting.UntilAsync(() => bench.ChannelOfB.Incoming.Unanswered == 1);

        bench.Net.Clock.Advance(RequestBench.Timeout);
        await asking.Invoking(task => task.Soon()).Should().ThrowAsync<P2pSendException>();
        release.SetResult();

        (await _traces.ReadAsync("a", Kv)).Single().GetTagItem("error.type").Should().Be("request_timeout");
        await bench.QuietAsync();
    }

    [Test]
    public async Task Request_ManyAtOnce_EachHandlerBelongsToItsOwn()
    {
        const int Count = 300;
        await using RequestBench bench = await StartAsync(RequestBench.EchoAsync, concurrency: 8);

        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => bench.AskAsync(new byte[i * 100]))).Soon();

        IReadOnlyList<Activity> asked = await _traces.ReadAsync("a", Kv, Count);
        IReadOnlyList<Activity> handled = await _traces.ReadAsync("b", Kv, Count);
        handled.Select(span => (span.TraceId, span.ParentSpanId)).Should().BeEquivalentTo(asked.Select(span => (span.TraceId, span.SpanId)));
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public async Task Request_TraceContextTurnedOffOnEitherSide_IsATraceOfItsOwnThere(bool asking, bool answering)
    {
        await using RequestBench bench = await StartAsync(RequestBench.EchoAsync, configure: options => options.TraceContext = options.NodeId == "a" ? asking : answering);

        await bench.AskAsync(new byte[] { 1 }).Soon();

        Activity asked = (await _traces.ReadAsync("a", Kv)).Single();
        Activity handled = (await _traces.ReadAsync("b", Kv)).Single();
        (handled.ParentSpanId, handled.TraceId == asked.TraceId).Should().Be((default(ActivitySpanId), false));
    }

    [Test]
    public async Task Source_OfANodeThatStopped_IsGone()
    {
        int before = Sources();
        await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        Sources().Should().Be(before + 2);

        await b.StopAsync().Soon();

        Sources().Should().Be(before + 1);
    }

    // Whoever begins to listen is shown all sources that there are.
    private static int Sources()
    {
        int sources = 0;
        using var counter = new ActivityListener
        {
            ShouldListenTo = source =>
            {
                sources += source.Name == "Vix.P2p" ? 1 : 0;
                return false;
            },
        };
        ActivitySource.AddActivityListener(counter);
        return sources;
    }

    private static Dictionary<string, object?> Tags(Activity span) => span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value);

    private static Task<RequestBench> StartAsync(Func<P2pRequestContext, ValueTask> handler, int concurrency = 1, Action<P2pNodeOptions>? configure = null) =>
        RequestBench.StartAsync(handler, concurrency, configure);
}
