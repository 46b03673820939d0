using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Requests between the node and the reference peer, and their answers.</summary>
[TestFixture]
public sealed class NodeRequestTests
{
    private const uint LastNumber = (1 << 28) - 1;

    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["kv/1"] };

    [TestCase(false, false)]
    [TestCase(true, true)]
    public async Task Requests_OfThePeer_AreAnswered(bool nodeDials, bool withKey)
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker, nodeDials, withKey);

        pair.Talk.NextRequest = LastNumber - 2;
        foreach (var (bytes, cuts) in Payload.All())
        {
            var answer = await pair.Talk.RequestAsync("kv/1", bytes, cuts);
            answer.Response.Should().NotBeNull();
            Same(answer.Response!, bytes);
        }

        await pair.Talk.UntilRepaidAsync("kv/1").Soon();
    }

    [TestCase(false, false)]
    [TestCase(true, true)]
    public async Task Requests_OfTheNode_AreAnswered(bool nodeDials, bool withKey)
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker, nodeDials, withKey);

        foreach (var (bytes, cuts) in Payload.All())
        {
            var asking = pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", bytes).AsTask();
            var request = await pair.Talk.ReceiveAsync("kv/1");
            Same(request.Payload, bytes);
            await pair.Talk.RespondAsync(request, bytes, cuts);
            Same((await asking.Soon()).ToArray(), bytes);
        }
    }

    [Test]
    public async Task Requests_OfThePeerInFlight_AreAnsweredInAnyOrder()
    {
        const int count = 300;
        var handlers = new ConcurrentDictionary<int, TaskCompletionSource>();
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder.AddProtocol("kv/1", protocol => protocol.WithConcurrency(count).OnRequest(async context =>
            {
                await Released(BitConverter.ToInt32(context.Payload.Span)).Task;
                await context.ReplyAsync(context.Payload);
            })),
            Speaker);

        var calls = new List<ReferencePeerCall>();
        for (var i = 0; i < count; i++)
            calls.Add(await pair.Talk.BeginRequestAsync("kv/1", [.. BitConverter.GetBytes(i), .. Payload.Of(3_000, i)], 999));
        for (var i = count - 1; i >= 0; i--)
        {
            Released(i).SetResult();
            var answer = await pair.Talk.AnswerAsync(calls[i]);
            Same(answer.Response!, [.. BitConverter.GetBytes(i), .. Payload.Of(3_000, i)]);
            if (i > 0)
                calls[i - 1].Answer.Should().BeNull("its handler has not ended");
        }

        TaskCompletionSource Released(int i) => handlers.GetOrAdd(i, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    [Test]
    public async Task Requests_OfTheNodeInFlight_AreAnsweredInAnyOrder()
    {
        const int count = 200;
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker);

        var asking = Enumerable.Range(0, count).Select(i => pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", Payload.Of(20_000, i)).AsTask()).ToArray();
        var requests = new List<ReferencePeerArrival>();
        for (var i = 0; i < count; i++)
        {
            requests.Add(await pair.Talk.ReceiveAsync("kv/1"));
            Same(requests[i].Payload, Payload.Of(20_000, i));
        }

        requests.Select(request => request.Request).Should().OnlyHaveUniqueItems();
        await pair.Talk.RespondMixedAsync(requests.Select((request, i) => (request, Payload.Of(count * 10 - (i * 7), i))).Reverse(), 333);

        var answers = await Task.WhenAll(asking).Soon();
        for (var i = 0; i < count; i++)
            Same(answers[i].ToArray(), Payload.Of(count * 10 - (i * 7), i));
    }

    [Test]
    public async Task Requests_BothWaysAtOnce_Flow()
    {
        const int count = 400;
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker);

        var serving = ServeAsync();
        var asking = Enumerable.Range(0, count).Select(i => pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", Payload.Of(10_000, i)).AsTask()).ToArray();
        for (var i = 0; i < count; i++)
            Same((await pair.Talk.RequestAsync("kv/1", Payload.Of(10_001, i), 3_000)).Response!, Payload.Of(10_001, i));
        var answers = await Task.WhenAll(asking).Soon();
        await serving;

        for (var i = 0; i < count; i++)
            Same(answers[i].ToArray(), Payload.Of(10_000, i));
        pair.Talk.SendCredit("kv/1").Given.Should().BePositive();
        pair.Talk.ReceiveCredit("kv/1").Given.Should().BePositive();

        async Task ServeAsync()
        {
            for (var i = 0; i < count; i++)
            {
                var request = await pair.Talk.ReceiveAsync("kv/1");
                await pair.Talk.RespondAsync(request, request.Payload, 4_096);
            }
        }
    }

    [Test]
    public async Task MessagesAndRequests_OfOneProtocol_KeepTheirOrder()
    {
        var handled = new ConcurrentQueue<int>();
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder.AddProtocol("kv/1", protocol => protocol
                .OnMessage(context =>
                {
                    handled.Enqueue(BitConverter.ToInt32(context.Payload.Span));
                    return default;
                })
                .OnRequest(context =>
                {
                    handled.Enqueue(BitConverter.ToInt32(context.Payload.Span));
                    return context.ReplyAsync(default);
                })),
            Speaker);

        ReferencePeerCall? last = null;
        for (var i = 0; i < 100; i += 2)
        {
            await pair.Talk.SendMessageAsync("kv/1", BitConverter.GetBytes(i), 3);
            last = await pair.Talk.BeginRequestAsync("kv/1", BitConverter.GetBytes(i + 1), 2);
        }

        (await pair.Talk.AnswerAsync(last!)).Response.Should().BeEmpty();
        handled.Should().Equal(Enumerable.Range(0, 100));

        var sending = SendAsync();
        for (var i = 0; i < 100; i += 2)
        {
            var message = await pair.Talk.ReceiveAsync("kv/1");
            var request = await pair.Talk.ReceiveAsync("kv/1");
            (message.Request, BitConverter.ToInt32(message.Payload)).Should().Be((null, i));
            BitConverter.ToInt32(request.Payload).Should().Be(i + 1);
            await pair.Talk.RespondAsync(request, []);
        }

        await sending.Soon();

        async Task SendAsync()
        {
            var requests = new List<Task>();
            for (var i = 0; i < 100; i += 2)
            {
                await pair.Node.Node.SendAsync(pair.PeerId, "kv/1", BitConverter.GetBytes(i));
                requests.Add(pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", BitConverter.GetBytes(i + 1)).AsTask());
            }

            await Task.WhenAll(requests);
        }
    }

    [Test]
    public async Task Discard_OfThePeersRequest_FreesItsNumber()
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker);

        await pair.Talk.SendAsync(ReferencePeerFrames.RequestPart(0, 0, 9, 9), ReferencePeerFrames.Discard(0));
        pair.Talk.SendCredit("kv/1").TrySpend(64);
        var answer = await pair.Talk.RequestAsync("kv/1", [1, 2], 1);

        answer.Response.Should().Equal(1, 2);
    }

    private static void Echo(IP2pNodeBuilder builder) =>
        builder.AddProtocol("kv/1", protocol => protocol.OnRequest(context => context.ReplyAsync(context.Payload)));

    private static void Same(byte[] actual, byte[] expected) =>
        actual.AsSpan().SequenceEqual(expected).Should().BeTrue($"{actual.Length} bytes came, and {expected.Length} were sent");
}
