using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>One-way messages between the node and the reference peer.</summary>
[TestFixture]
public sealed class NodeMessageTests
{
    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["chat/1", "news/2"] };

    [TestCase(false, false)]
    [TestCase(true, true)]
    public async Task Messages_OfThePeer_ComeWholeAndInOrder(bool nodeDials, bool withKey)
    {
        var handled = Channel.CreateUnbounded<byte[]>();
        await using var pair = await NodeTalk.OpenAsync(Taking(handled.Writer), Speaker, nodeDials, withKey);

        var sending = SendAllAsync();
        foreach (var (expected, _) in Payload.All())
            Same(await handled.Reader.ReadAsync().AsTask().Soon(), expected);
        await sending;
        await pair.Talk.UntilRepaidAsync("chat/1").Soon();

        pair.Talk.SendCredit("chat/1").Highest.Should().Be(pair.Talk.SendCredit("chat/1").Initial, "no more comes back than was spent");

        async Task SendAllAsync()
        {
            foreach (var (bytes, cuts) in Payload.All())
            {
                pair.Talk.RecordSize = cuts.Length == 5 ? 1_021 : ReferencePeerRecords.MaxPlaintext;
                await pair.Talk.SendMessageAsync("chat/1", bytes, cuts);
            }
        }
    }

    [TestCase(false, false)]
    [TestCase(true, true)]
    public async Task Messages_OfTheNode_ComeWholeAndInOrder(bool nodeDials, bool withKey)
    {
        await using var pair = await NodeTalk.OpenAsync(Taking(), Speaker, nodeDials, withKey);

        var sending = SendAllAsync();
        foreach (var (expected, _) in Payload.All())
        {
            var arrival = await pair.Talk.ReceiveAsync("chat/1");
            Same(arrival.Payload, expected);
            arrival.Request.Should().BeNull();
        }

        await sending.Soon();

        async Task SendAllAsync()
        {
            foreach (var (bytes, _) in Payload.All())
                await pair.Node.Node.SendAsync(pair.PeerId, "chat/1", bytes);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Messages_FarBeyondTheCreditBothWays_Flow(bool nodeDials)
    {
        const int count = 3_000;
        var handled = Channel.CreateUnbounded<byte[]>();
        await using var pair = await NodeTalk.OpenAsync(Taking(handled.Writer), Speaker, nodeDials);

        var sending = Task.WhenAll(FromPeerAsync(), FromNodeAsync());
        for (var i = 0; i < count; i++)
        {
            Same(await handled.Reader.ReadAsync().AsTask().Soon(), Numbered(i));
            Same((await pair.Talk.ReceiveAsync("chat/1")).Payload, Numbered(i));
        }

        await sending.Soon();
        await pair.Talk.UntilRepaidAsync("chat/1").Soon();
        pair.Talk.SendCredit("chat/1").Given.Should().BeGreaterThan(3 * 1024 * 1024);
        pair.Talk.ReceiveCredit("chat/1").Given.Should().BeGreaterThan(3 * 1024 * 1024);

        static byte[] Numbered(int i) => Payload.Of(i * 7 % 3_001, i);

        async Task FromPeerAsync()
        {
            for (var i = 0; i < count; i++)
                await pair.Talk.SendMessageAsync("chat/1", Numbered(i), i % 3 == 0 ? [1_000] : []);
        }

        async Task FromNodeAsync()
        {
            for (var i = 0; i < count; i++)
                await pair.Node.Node.SendAsync(pair.PeerId, "chat/1", Numbered(i));
        }
    }

    [Test]
    public async Task Messages_PastTheRekey_GoOn()
    {
        var handled = Channel.CreateUnbounded<byte[]>();
        await using var pair = await NodeTalk.OpenAsync(Taking(handled.Writer), Speaker);

        pair.Talk.RecordSize = 16;
        for (var i = 0; pair.Talk.Peer.RecordsSent < 65_536 + 1_000; i++)
        {
            await pair.Talk.SendMessageAsync("chat/1", Payload.Of(64 * 1024, i), 4_000);
            Same(await handled.Reader.ReadAsync().AsTask().Soon(), Payload.Of(64 * 1024, i));
        }
    }

    [Test]
    public async Task Messages_NotPaidByThePeer_StopTheirProtocolOnly()
    {
        await using var pair = await NodeTalk.OpenAsync(Taking(), Speaker);
        var large = Payload.Of(1024 * 1024);

        // The first spends 1 MiB of 1.25, so the third cannot go, and what is held back is below what a side may hold.
        var sending = Enumerable.Range(0, 3).Select(_ => pair.Node.Node.SendAsync(pair.PeerId, "chat/1", large).AsTask()).ToArray();
        var first = await pair.Talk.PeekAsync("chat/1");
        await pair.Talk.UntilAsync(() => pair.Talk.ReceiveCredit("chat/1").Available < 16_384, "all of the credit spent");
        await pair.Node.Node.SendAsync(pair.PeerId, "news/2", large);
        Same((await pair.Talk.ReceiveAsync("news/2")).Payload, large);

        sending[2].IsCompleted.Should().BeFalse();
        await pair.Talk.PayAsync(first);
        for (var i = 0; i < 2; i++)
            Same((await pair.Talk.ReceiveAsync("chat/1")).Payload, large);
        await Task.WhenAll(sending).Soon();
    }

    [Test]
    public async Task Messages_ToAHandlerThatBlocks_StopTheirProtocolOnly()
    {
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var news = Channel.CreateUnbounded<byte[]>();
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder
                .AddProtocol("chat/1", chat => chat.OnMessage(async _ =>
                {
                    entered.TrySetResult();
                    await release.Task;
                }))
                .AddProtocol("news/2", protocol => protocol.OnMessage(context => news.Writer.WriteAsync(context.Payload.ToArray()))),
            Speaker);

        // Larger by one than the credit there is, so its end waits for the first to be handled.
        await pair.Talk.SendMessageAsync("chat/1", Payload.Of(1024 * 1024));
        await entered.Task.Soon();
        var second = pair.Talk.SendMessageAsync("chat/1", Payload.Of(262_145), 1_024);
        await pair.Talk.SendMessageAsync("news/2", Payload.Of(1024 * 1024), 10_000);
        Same(await news.Reader.ReadAsync().AsTask().Soon(), Payload.Of(1024 * 1024));

        second.IsCompleted.Should().BeFalse();
        pair.Talk.SendCredit("chat/1").Given.Should().Be(0);
        release.SetResult();
        await second.Soon();
    }

    [Test]
    public async Task Discard_OfThePeer_ForgetsItsPieces()
    {
        var handled = Channel.CreateUnbounded<byte[]>();
        await using var pair = await NodeTalk.OpenAsync(Taking(handled.Writer), Speaker);
        var credit = pair.Talk.SendCredit("chat/1");

        // Each round spends 10 pieces of 16 KiB, so a node that keeps what is discarded runs out of its own credit.
        for (var round = 0; round < 20; round++)
        {
            for (var piece = 0; piece < 10; piece++)
            {
                await pair.Talk.UntilAsync(() => credit.TrySpend(16_384), "credit for a piece").Soon();
                await pair.Talk.SendAsync(ReferencePeerFrames.MessagePart(0, Payload.Of(16_384, piece)));
            }

            await pair.Talk.SendAsync(ReferencePeerFrames.Discard(0));
        }

        await pair.Talk.SendMessageAsync("chat/1", [1, 2, 3]);

        (await handled.Reader.ReadAsync().AsTask().Soon()).Should().Equal(1, 2, 3);
        await pair.Talk.UntilRepaidAsync("chat/1").Soon();
    }

    [Test]
    public async Task Discard_OfTheNode_GivesUpWhatWasCancelled()
    {
        await using var pair = await NodeTalk.OpenAsync(Taking(), Speaker);
        using var cancelled = new CancellationTokenSource();
        await pair.Node.Node.SendAsync(pair.PeerId, "chat/1", Payload.Of(1024 * 1024));

        var second = pair.Node.Node.SendAsync(pair.PeerId, "chat/1", Payload.Of(512 * 1024), cancelled.Token).AsTask();
        await pair.Talk.UntilAsync(() => pair.Talk.ReceiveCredit("chat/1").Available < 16_384, "a part of the second");
        await cancelled.CancelAsync();
        await second.Invoking(task => task.Soon()).Should().ThrowAsync<OperationCanceledException>();
        var third = pair.Node.Node.SendAsync(pair.PeerId, "chat/1", Payload.Of(100_000)).AsTask();

        (await pair.Talk.ReceiveAsync("chat/1")).Payload.Should().HaveCount(1024 * 1024);
        Same((await pair.Talk.ReceiveAsync("chat/1")).Payload, Payload.Of(100_000));
        await third.Soon();
    }

    [Test]
    public async Task Send_WhatThePeerDoesNotTake_IsRefusedHere()
    {
        await using var pair = await NodeTalk.OpenAsync(Taking(), Speaker with { MaxMessage = 1_000 });

        pair.Node.Node.TrySend(pair.PeerId, "other/1", [1], out var other).Should().BeFalse();
        pair.Node.Node.TrySend(pair.PeerId, "chat/1", new byte[1_001], out var large).Should().BeFalse();
        pair.Node.Node.TrySend(pair.PeerId, "chat/1", new byte[1_000], out _).Should().BeTrue();

        other.Should().Be(P2pReason.ProtocolNotSupported);
        large.Should().Be(P2pReason.MessageTooLarge);
        (await pair.Talk.ReceiveAsync("chat/1")).Payload.Should().HaveCount(1_000);
    }

    [Test]
    public async Task Send_UnderANameThatComesTwice_UsesItsFirstNumber()
    {
        await using var pair = await NodeTalk.OpenAsync(Taking(), Speaker with { Protocols = ["news/2", "chat/1", "chat/1"] });

        await pair.Node.Node.SendAsync(pair.PeerId, "chat/1", Payload.Of(100_000));
        Same((await pair.Talk.ReceiveAsync("chat/1")).Payload, Payload.Of(100_000));

        pair.Talk.ReceiveCredit("chat/1").Available.Should().BeLessThan(pair.Talk.ReceiveCredit("news/2").Available);
    }

    private static Action<IP2pNodeBuilder> Taking(ChannelWriter<byte[]>? chat = null) => builder => builder
        .AddProtocol("chat/1", protocol => protocol.OnMessage(context => chat?.WriteAsync(context.Payload.ToArray()) ?? default));

    // Not by an assertion an element: a message has a million of them.
    private static void Same(byte[] actual, byte[] expected) =>
        actual.AsSpan().SequenceEqual(expected).Should().BeTrue($"{actual.Length} bytes came, and {expected.Length} were sent");
}
