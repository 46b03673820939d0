using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Requests that get no response, and those that nobody waits for.</summary>
[TestFixture]
public sealed class NodeRequestFailureTests
{
    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["kv/1"] };

    [TestCase(64, "not today", "not today")]
    [TestCase(P2pErrorCode.Last, "", "")]
    [TestCase(1_000, "grün", "grün")]
    public async Task Failure_OfTheNode_HasCodeAndText(int code, string text, string expected)
    {
        await using var pair = await OpenAsync(_ => throw new P2pRemoteException(code, text));

        var answer = await pair.Talk.RequestAsync("kv/1", [1]);

        answer.Should().Be(new ReferencePeerAnswer(null, (uint)code, expected));
    }

    [Test]
    public async Task Failure_OfTheNodeWithALongText_IsCut()
    {
        await using var pair = await OpenAsync(_ => throw new P2pRemoteException(64, new string('ü', 1_000)));

        (await pair.Talk.RequestAsync("kv/1", [1])).Text.Should().Be(new string('ü', 128));
    }

    [Test]
    public async Task Failure_OfAHandlerThatEndsWithoutReply_IsNoReply()
    {
        await using var pair = await OpenAsync(_ => default);

        (await pair.Talk.RequestAsync("kv/1", [1])).Code.Should().Be(P2pErrorCode.NoReply);
    }

    [Test]
    public async Task Failure_OfAHandlerThatThrows_SaysNothingOfWhatItThrew()
    {
        await using var pair = await OpenAsync(_ => throw new InvalidOperationException("a secret"));
        pair.Node.Log.Expect(1500);

        (await pair.Talk.RequestAsync("kv/1", [1])).Should().Be(new ReferencePeerAnswer(null, P2pErrorCode.HandlerFailed, ""));
    }

    [Test]
    public async Task Failure_OfAReplyThatThePeerDoesNotTake_IsTooLarge()
    {
        var thrown = new TaskCompletionSource<P2pReason>();
        await using var pair = await OpenAsync(
            async context =>
            {
                try
                {
                    await context.ReplyAsync(new byte[1_001]);
                }
                catch (P2pSendException e)
                {
                    thrown.SetResult(e.Reason);
                }
            },
            Speaker with { MaxMessage = 1_000 });

        (await pair.Talk.RequestAsync("kv/1", [1])).Code.Should().Be(P2pErrorCode.TooLarge);
        (await thrown.Task.Soon()).Should().Be(P2pReason.MessageTooLarge);
    }

    [Test]
    public async Task Failure_OfAProtocolWithoutRequests_IsNotSupported()
    {
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder.AddProtocol("kv/1", protocol => protocol.OnMessage(_ => default)), Speaker);

        (await pair.Talk.RequestAsync("kv/1", [1])).Code.Should().Be(P2pErrorCode.NotSupported);
        (await pair.Talk.RequestAsync("kv/1", new byte[100_000], 9_000)).Code.Should().Be(P2pErrorCode.NotSupported);
    }

    [Test]
    public async Task Message_OfAProtocolWithoutMessages_IsDropped()
    {
        await using var pair = await OpenAsync(context => context.ReplyAsync(context.Payload));

        for (var i = 0; i < 4; i++)
            await pair.Talk.SendMessageAsync("kv/1", new byte[1024 * 1024], 16_384).Soon();

        (await pair.Talk.RequestAsync("kv/1", [1])).Response.Should().Equal(1);
        await pair.Talk.UntilRepaidAsync("kv/1").Soon();
    }

    [Test]
    public async Task Requests_BeyondWhatTheNodeTakes_AreBusy()
    {
        var release = new TaskCompletionSource();
        await using var pair = await OpenAsync(
            async context =>
            {
                await release.Task;
                await context.ReplyAsync(context.Payload);
            },
            configure: options => options.Limits.RequestsPerPeer = 3);

        var calls = new List<ReferencePeerCall>();
        for (byte i = 0; i < 5; i++)
            calls.Add(await pair.Talk.BeginRequestAsync("kv/1", [i], 1));
        (await pair.Talk.AnswerAsync(calls[3])).Code.Should().Be(P2pErrorCode.Busy);
        (await pair.Talk.AnswerAsync(calls[4])).Code.Should().Be(P2pErrorCode.Busy);
        release.SetResult();
        for (byte i = 0; i < 3; i++)
            (await pair.Talk.AnswerAsync(calls[i])).Response.Should().Equal(i);
        (await pair.Talk.RequestAsync("kv/1", [7])).Response.Should().Equal(7);
    }

    [TestCase(0u, 0, "fine", "fine")]
    [TestCase(64u, 64, "", "")]
    [TestCase(63u, P2pErrorCode.HandlerFailed, "a code of tomorrow", "a code of tomorrow")]
    [TestCase((uint)P2pErrorCode.Last, P2pErrorCode.Last, "1\u001b[2J\r\n2", null)]
    public async Task Failure_OfThePeer_IsTheException(uint code, int expectedCode, string text, string? expected)
    {
        await using var pair = await OpenAsync(_ => default);

        var asking = AskAsync(pair);
        await pair.Talk.FailAsync(await pair.Talk.ReceiveAsync("kv/1"), code, text);

        var thrown = (await asking.Invoking(task => task.Soon()).Should().ThrowAsync<P2pRemoteException>()).Which;
        thrown.Code.Should().Be(expectedCode);
        thrown.Message.Should().NotContainAny("\u001b", "\r", "\n");
        if (!string.IsNullOrEmpty(expected))
            thrown.Message.Should().Contain(expected);
    }

    [Test]
    public async Task Failure_AfterPiecesOfAResponse_IsTheAnswer()
    {
        await using var pair = await OpenAsync(_ => default);

        var asking = AskAsync(pair);
        var request = await pair.Talk.ReceiveAsync("kv/1");
        await pair.Talk.SendAsync(ReferencePeerFrames.ResponsePart(request.Request!.Value, new byte[50_000]));
        await pair.Talk.FailAsync(request, 64, "changed my mind");

        (await asking.Invoking(task => task.Soon()).Should().ThrowAsync<P2pRemoteException>()).Which.Code.Should().Be(64);
    }

    [Test]
    public async Task Cancel_OfThePeer_EndsTheHandlerAndIsAnswered()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = await OpenAsync(async context =>
        {
            var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = context.CancellationToken.Register(cancelled.SetResult);
            entered.TrySetResult();
            await cancelled.Task;
            context.CancellationToken.ThrowIfCancellationRequested();
        });

        var call = await pair.Talk.BeginRequestAsync("kv/1", [1]);
        await entered.Task.Soon();
        await pair.Talk.CancelAsync(call);
        var answer = await pair.Talk.AnswerAsync(call);
        // Once more, for a number that is not in flight any more, and for one that never was.
        await pair.Talk.SendAsync(ReferencePeerFrames.Cancel(call.Number), ReferencePeerFrames.Cancel(12_345));

        answer.Code.Should().Be(P2pErrorCode.Cancelled);
        pair.Talk.NextRequest = call.Number;
        var again = await pair.Talk.BeginRequestAsync("kv/1", [2]);
        await pair.Talk.CancelAsync(again);
        (await pair.Talk.AnswerAsync(again)).Code.Should().Be(P2pErrorCode.Cancelled);
    }

    [Test]
    public async Task Cancel_OfThePeersRequestThatWaitsItsTurn_IsAnswered()
    {
        var release = new TaskCompletionSource();
        await using var pair = await OpenAsync(async context =>
        {
            await release.Task;
            await context.ReplyAsync(context.Payload);
        });

        var first = await pair.Talk.BeginRequestAsync("kv/1", [1]);
        var second = await pair.Talk.BeginRequestAsync("kv/1", [2]);
        await pair.Talk.CancelAsync(second);
        release.SetResult();

        (await pair.Talk.AnswerAsync(first)).Response.Should().Equal(1);
        (await pair.Talk.AnswerAsync(second)).Response.Should().BeNull();
    }

    [Test]
    public async Task Cancel_OfTheNode_IsSentAndItsAnswerTaken()
    {
        await using var pair = await OpenAsync(_ => default);
        using var cancelled = new CancellationTokenSource();

        var asking = pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", new byte[] { 1 }, cancelled.Token).AsTask();
        var request = await pair.Talk.ReceiveAsync("kv/1");
        await cancelled.CancelAsync();
        await asking.Invoking(task => task.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await pair.Talk.UntilCancelledAsync(request.Request!.Value).Soon();

        // The answer is as welcome as a Failure would be: in pieces, and much of it.
        await pair.Talk.RespondAsync(request, new byte[500_000], 10_000);
        var next = AskAsync(pair);
        await pair.Talk.RespondAsync(await pair.Talk.ReceiveAsync("kv/1"), [2]);
        (await next.Soon()).ToArray().Should().Equal(2);
    }

    [Test]
    public async Task Timeout_OfTheNode_CancelsThere()
    {
        await using var pair = await OpenAsync(_ => default);

        var asking = pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", new byte[] { 1 }, new System.Buffers.ArrayBufferWriter<byte>(), TimeSpan.FromMilliseconds(1)).AsTask();
        (await asking.Invoking(task => task.Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.RequestTimeout);
        var request = await pair.Talk.ReceiveAsync("kv/1");
        await pair.Talk.UntilCancelledAsync(request.Request!.Value).Soon();
        await pair.Talk.FailAsync(request, P2pErrorCode.Cancelled, "");
    }

    [Test]
    public async Task Discard_OfTheNode_GivesUpTheRequestThatWasCancelled()
    {
        await using var pair = await OpenAsync(_ => default);
        using var cancelled = new CancellationTokenSource();
        var first = pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", Payload.Of(1024 * 1024)).AsTask();

        var second = pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", Payload.Of(512 * 1024), cancelled.Token).AsTask();
        await pair.Talk.UntilAsync(() => pair.Talk.ReceiveCredit("kv/1").Available < 16_384, "a part of the second");
        await cancelled.CancelAsync();
        await second.Invoking(task => task.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await pair.Talk.UntilAsync(() => pair.Talk.ReceiveCredit("kv/1").Owed > 0, "the Discard");
        pair.Talk.Serving.Should().Be(1, "the number of the second is free again");
        await pair.Talk.RespondAsync(await pair.Talk.ReceiveAsync("kv/1"), [1]);
        var third = AskAsync(pair);
        await pair.Talk.RespondAsync(await pair.Talk.ReceiveAsync("kv/1"), [3]);

        (await first.Soon()).ToArray().Should().Equal(1);
        (await third.Soon()).ToArray().Should().Equal(3);
    }

    private static Task<ReadOnlyMemory<byte>> AskAsync(NodeTalk pair) =>
        pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", new byte[] { 1 }).AsTask();

    private static Task<NodeTalk> OpenAsync(
        Func<P2pRequestContext, ValueTask> handler, ReferencePeerOptions? peer = null, Action<P2pNodeOptions>? configure = null) =>
        NodeTalk.OpenAsync(builder => builder.AddProtocol("kv/1", protocol => protocol.OnRequest(handler)), peer ?? Speaker, configure: configure);
}
