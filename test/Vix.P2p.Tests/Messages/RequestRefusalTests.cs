using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Requests that a node does not take, and answers that a peer does not.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestRefusalTests
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task Request_BeyondTheLimit_IsBusyWhileTheHandlersRun()
    {
        await using RawTalk talk = await RawTalk.StartAsync(WaitAsync, options => options.Limits.RequestsPerPeer = 2, concurrency: 8);

        await talk.RequestAsync(1, 1);
        await talk.RequestAsync(2, 2);
        await talk.RequestAsync(3, 3);
        (await talk.ReadAsync(FrameKind.Failure)).Should().BeEquivalentTo((3, new byte[] { P2pErrorCode.Busy }));
        // In pieces it is answered when it is whole, and is paid for all the same.
        for (int i = 0; i < 12; i++)
            await talk.PartAsync(4, new byte[60_000]);
        await talk.SilentAsync();
        talk.Channel.Settings.Received.Used.Should().BeLessThan(1000, "nothing of it is kept");
        await talk.RequestAsync(4, 4);
        (await talk.ReadAsync(FrameKind.Failure)).Should().BeEquivalentTo((4, new byte[] { P2pErrorCode.Busy }));
        await talk.SilentAsync();
        talk.Credit(0).Should().Be((12 * 60_000) + 64 + 64, "what was refused is paid back at once, and what was refused before with it");
        talk.Node.GetStatus().LimitRejections["requests_per_peer"].Should().Be(2);

        _release.SetResult();
        int[] answered = [(await talk.ReadAsync(FrameKind.Response)).Number, (await talk.ReadAsync(FrameKind.Response)).Number];
        answered.Should().BeEquivalentTo([1, 2]);
        await talk.RequestAsync(3, 9);
        (await talk.ReadAsync(FrameKind.Response)).Body.Should().Equal(9);
    }

    [Test]
    public async Task Request_RefusedAndDiscarded_HasNoAnswer()
    {
        await using RawTalk talk = await RawTalk.StartAsync(WaitAsync, options => options.Limits.RequestsPerPeer = 1);

        await talk.RequestAsync(1, 1);
        await talk.PartAsync(2, 1);
        await talk.SendAsync(FrameKind.Discard, 0);
        await talk.SilentAsync();
        talk.Channel.Incoming.Unanswered.Should().Be(1, "only the first counts");
        await talk.SendAsync(FrameKind.MessagePart, 0, 1);
        await talk.SendAsync(FrameKind.Message, 0, 1);
        await talk.SilentAsync();
        _release.SetResult();

        (await talk.ReadAsync(FrameKind.Response)).Number.Should().Be(1);
        await talk.EmptyAsync();
    }

    [TestCase(FrameKind.Request, new byte[] { 0, 6 })]
    [TestCase(FrameKind.Message, new byte[] { 0, 1 })]
    public async Task Request_AnotherOneInsideOfARefusedOne_IsAViolation(FrameKind kind, byte[] body)
    {
        await using RawTalk talk = await RawTalk.StartAsync(WaitAsync, options => options.Limits.RequestsPerPeer = 1);

        await talk.RequestAsync(1, 1);
        await talk.PartAsync(2, 1);
        await talk.SendAsync(kind, body);

        await talk.EndedAsync();
        _release.SetResult();
        await talk.EmptyAsync();
    }

    [Test]
    public async Task Request_RefusedWithoutCredit_IsAViolation()
    {
        await using RawTalk talk = await RawTalk.StartAsync(WaitAsync, options =>
        {
            options.Limits.RequestsPerPeer = 1;
            options.Limits.MaxMessageBytes = 1024 * 1024;
        });

        // The handler that runs holds the credit of what waits behind it.
        await talk.RequestAsync(1, 1);
        for (int i = 0; i < 21; i++)
            await talk.SendAsync(FrameKind.Message, [0, .. new byte[60_000]]);
        await talk.SilentAsync();
        await talk.PartAsync(2, new byte[60_000]);

        await talk.EndedAsync();
        _release.SetResult();
        await talk.EmptyAsync();
    }

    [Test]
    public async Task Responses_ThatThePeerDoesNotRead_WaitAndHoldUpNoOtherProtocol()
    {
        const int size = 200_000;
        await using RawTalk talk = await RawTalk.StartAsync(context => context.ReplyAsync(new byte[size]), options => options.Limits.SendQueueBytes = 64 * 1024);

        for (int i = 0; i < 20; i++)
            await talk.RequestAsync(i);
        await Waiting.UntilAsync(() => talk.Channel.Settings.Waiting.Count > 0);
        talk.Channel.Settings.Waiting.Count.Should().Be(1, "handlers of one peer and protocol run one by one, and this one waits");

        for (int i = 0; i < 20; i++)
        {
            int length = 0;
            while (true)
            {
                RawFrame frame = (await talk.ReadAsync())!;
                frame.Body[0].Should().Be((byte)i);
                length += frame.Body.Length - 1;
                if (frame.Kind == FrameKind.Response)
                    break;
                frame.Kind.Should().Be(FrameKind.ResponsePart);
            }

            length.Should().Be(size);
        }

        await talk.EmptyAsync();
        talk.Channel.MessagesOut.Should().Be(20);
    }

    [Test]
    public async Task Failures_ThatThePeerDoesNotRead_WaitToo()
    {
        await using RawTalk talk = await RawTalk.StartAsync(
            _ => throw new P2pRemoteException(64, new string('a', 256)),
            options =>
            {
                options.Limits.SendQueueBytes = 64 * 1024;
                options.Limits.RequestsPerPeer = 4096;
            });

        for (int i = 0; i < 2000; i++)
            await talk.RequestAsync(i);
        await Waiting.UntilAsync(() => talk.Channel.Settings.Waiting.Count > 0);

        for (int i = 0; i < 2000; i++)
            (await talk.ReadAsync(FrameKind.Failure)).Number.Should().Be(i);
        await talk.EmptyAsync();
        talk.Channel.MessagesOut.Should().Be(0, "a Failure is no message");
        talk.Node.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task Refusals_ThatThePeerDoesNotRead_EndTheConnection()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync, options => options.Limits.SendQueueBytes = 64 * 1024);

        // They do not wait, so somebody who asks and never reads could make the node keep any number of them.
        for (int i = 0; i < 200_000 && talk.Node.GetStatus().PeersConnected == 1; i++)
            await talk.SendAsync(FrameKind.Request, [1, .. RawTalk.Varint(i)]);

        talk.Node.GetStatus().PeersConnected.Should().Be(0);
        (await talk.Events.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.Overload);
    }

    [Test]
    public async Task Reply_ThatThePeerNeverTakes_FailsWithTheConnection()
    {
        var failed = new TaskCompletionSource<P2pReason>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawTalk talk = await RawTalk.StartAsync(
            async context =>
            {
                try
                {
                    await context.ReplyAsync(new byte[1_000_000]);
                }
                catch (P2pSendException e)
                {
                    failed.SetResult(e.Reason);
                    throw;
                }
            },
            options => options.Limits.SendQueueBytes = 64 * 1024);

        await talk.RequestAsync(1);
        await Waiting.UntilAsync(() => talk.Channel.Settings.Waiting.Count == 1);
        talk.Net.Clock.Advance(TimeSpan.FromSeconds(40));

        (await failed.Task.Soon()).Should().BeOneOf(P2pReason.SendTimeout, P2pReason.Overload, P2pReason.Stale);
        await talk.EmptyAsync();
        talk.Node.GetStatus().PeersConnected.Should().Be(0);
    }

    private async ValueTask WaitAsync(P2pRequestContext context)
    {
        await _release.Task;
        await context.ReplyAsync(context.Payload);
    }
}
