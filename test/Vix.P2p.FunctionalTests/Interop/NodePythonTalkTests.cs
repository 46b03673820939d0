using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Messages, requests and streams between the node and the implementation in Python, both ways at once.</summary>
[TestFixture]
public sealed class NodePythonTalkTests
{
    private const string Protocol = "all/1";

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(60_000)]
    public async Task Dialled_EverythingBothWays_IsExchanged(bool withKey, CancellationToken cancellationToken)
    {
        var handled = new ConcurrentQueue<string>();
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey), Serve(handled));
        using var python = PythonPeer.Start(["dial", "127.0.0.1", $"{node.Address.Port}", "--exchange", Protocol, .. NodeNetwork.Python(withKey)]);
        var joined = await node.EventAsync(PeerEventKind.PeerConnected);

        var sent = await TalkAsync(node.Node, joined.Peer!.Id!.Value).WaitAsync(cancellationToken);
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        ShouldHaveExchanged(result, handled, sent);
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(60_000)]
    public async Task Dials_EverythingBothWays_IsExchanged(bool withKey, CancellationToken cancellationToken)
    {
        var handled = new ConcurrentQueue<string>();
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey), Serve(handled));
        using var python = PythonPeer.Start(["listen", "0", "--exchange", Protocol, .. NodeNetwork.Python(withKey)]);
        var info = await node.ConnectAsync(PeerEndpoint.Create("127.0.0.1", await python.ReadPortAsync(cancellationToken)));

        var sent = await TalkAsync(node.Node, info.Id!.Value).WaitAsync(cancellationToken);
        await node.Node.DisconnectAsync(info.Id!.Value, cancellationToken);
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        ShouldHaveExchanged(result, handled, sent);
    }

    // What Python does, done by the node: what it has sent as one-way messages.
    private static async Task<List<string>> TalkAsync(P2pNode node, PeerId peer)
    {
        // Its requests carry a trace context, which Python skips.
        using var traced = new Activity("talk").SetIdFormat(ActivityIdFormat.W3C).Start();
        var sent = new List<string>();
        foreach (var (bytes, _) in Payload.All())
        {
            await node.SendAsync(peer, Protocol, bytes);
            sent.Add(PythonTalkTests.HashOf(bytes));
        }

        var asking = Enumerable.Range(0, 100).Select(i => AskAsync(node, peer, [.. i % 5 == 4 ? "answer"u8 : "hold"u8, .. Payload.Of(i * 500, i)])).ToArray();
        foreach (var (asked, answer) in await Task.WhenAll(asking))
            answer.AsSpan().SequenceEqual(asked).Should().BeTrue();

        var failing = await node.Invoking(one => AskAsync(one, peer, "fail:not today"u8.ToArray())).Should().ThrowAsync<P2pRemoteException>();
        failing.Which.Code.Should().Be(64);
        failing.Which.Message.Should().Contain("not today");

        using var cancelled = new CancellationTokenSource();
        var waiting = node.RequestAsync(peer, Protocol, "wait"u8.ToArray(), cancelled.Token).AsTask();
        await node.FlushAsync(peer);
        await cancelled.CancelAsync();
        await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        await using var stream = await node.OpenStreamAsync(peer, Protocol);
        var data = Payload.Of(2_000_000);
        var writing = WriteAsync();
        var echo = new MemoryStream();
        await stream.CopyToAsync(echo);
        await writing;
        echo.ToArray().AsSpan().SequenceEqual(data).Should().BeTrue();

        await AskAsync(node, peer, "done"u8.ToArray());
        return sent;

        async Task WriteAsync()
        {
            await stream.WriteAsync(data);
            await stream.CompleteWritesAsync();
        }
    }

    private static async Task<(byte[] Asked, byte[] Answer)> AskAsync(P2pNode node, PeerId peer, byte[] payload) =>
        (payload, (await node.RequestAsync(peer, Protocol, payload)).ToArray());

    private static Action<IP2pNodeBuilder> Serve(ConcurrentQueue<string> handled) => builder => builder.AddProtocol(Protocol, protocol => protocol
        .OnMessage(context =>
        {
            handled.Enqueue(PythonTalkTests.HashOf(context.Payload.Span));
            return default;
        })
        .OnRequest(AnswerAsync)
        .OnStream(async context =>
        {
            await context.Stream.CopyToAsync(context.Stream, context.CancellationToken);
            await context.Stream.CompleteWritesAsync(context.CancellationToken);
        }));

    private static async ValueTask AnswerAsync(P2pRequestContext context)
    {
        if (context.Payload.Span.StartsWith("fail:"u8))
            throw new P2pRemoteException(64, Encoding.UTF8.GetString(context.Payload.Span[5..]));
        if (context.Payload.Span.SequenceEqual("wait"u8))
        {
            var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = context.CancellationToken.Register(cancelled.SetResult);
            await cancelled.Task;
            context.CancellationToken.ThrowIfCancellationRequested();
        }

        await context.ReplyAsync(context.Payload);
    }

    private static void ShouldHaveExchanged(System.Text.Json.JsonElement result, ConcurrentQueue<string> handled, List<string> sent)
    {
        handled.Should().Equal(PythonTalkTests.Hashes(result, "sent"));
        PythonTalkTests.Hashes(result, "messages").Should().Equal(sent);
        var credit = result.GetProperty("talk").GetProperty("credit");
        credit.GetProperty("sent").GetInt32().Should().BeGreaterThan(1024 * 1024);
        credit.GetProperty("received").GetInt32().Should().BeGreaterThan(1024 * 1024);
        result.GetProperty("talk").GetProperty("cancelled").GetInt32().Should().Be(1);
    }
}
