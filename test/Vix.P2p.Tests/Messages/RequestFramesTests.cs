using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Messages;

/// <summary>Requests as a scripted peer sends them, the wrong ones too.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestFramesTests
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ran;

    [TestCase(0)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(FrameCodec.MaxNumber)]
    public async Task Request_OfAnyNumber_IsAnsweredUnderIt(int number)
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await talk.PartAsync(number, 1, 2);
        await talk.PartAsync(number, 3);
        await talk.RequestAsync(number, 4);

        (int answered, byte[] payload) = await talk.ReadAsync(FrameKind.Response);
        answered.Should().Be(number);
        payload.Should().Equal(1, 2, 3, 4);
        await talk.RequestAsync(number);
        (await talk.ReadAsync(FrameKind.Response)).Body.Should().BeEmpty("the number is free again");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Request_NumberInFlight_IsAViolation(bool part)
    {
        await using RawTalk talk = await RawTalk.StartAsync(WaitAsync);

        await talk.RequestAsync(5, 1);
        await (part ? talk.PartAsync(5, 1) : talk.RequestAsync(5, 1));

        await talk.EndedAsync();
        _release.SetResult();
        await talk.EmptyAsync();
    }

    [Test]
    public async Task Request_NumberOfAnUnfinishedOneOfAnotherProtocol_IsAViolation()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await talk.PartAsync(5, 1);
        await talk.SendAsync(FrameKind.RequestPart, 1, 5, 1);

        await talk.ClosedAsync();
    }

    [TestCase(FrameKind.Request, new byte[] { 0, 6 })]
    [TestCase(FrameKind.RequestPart, new byte[] { 0, 6, 1 })]
    [TestCase(FrameKind.Message, new byte[] { 0, 1 })]
    [TestCase(FrameKind.MessagePart, new byte[] { 0, 1 })]
    public async Task Request_AnotherOneInside_IsAViolation(FrameKind kind, byte[] body)
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await talk.PartAsync(5, 1);
        await talk.SendAsync(kind, body);

        await talk.ClosedAsync();
    }

    [TestCase(FrameKind.Request, new byte[] { 0 })]
    [TestCase(FrameKind.Request, new byte[] { 0, 0x80 })]
    [TestCase(FrameKind.Request, new byte[] { 0, 0x80, 0 })]
    [TestCase(FrameKind.Request, new byte[] { 0, 0x80, 0x80, 0x80, 0x80 })]
    [TestCase(FrameKind.Request, new byte[] { 2, 0 })]
    [TestCase(FrameKind.RequestPart, new byte[] { 0, 0 })]
    [TestCase(FrameKind.Cancel, new byte[0])]
    [TestCase(FrameKind.Cancel, new byte[] { 0x80 })]
    [TestCase(FrameKind.Cancel, new byte[] { 0x80, 0 })]
    [TestCase(FrameKind.Cancel, new byte[] { 1, 1 })]
    [TestCase(FrameKind.Discard, new byte[] { 0 })]
    [TestCase(FrameKind.Discard, new byte[] { 2 })]
    public async Task Frame_Malformed_IsAViolation(FrameKind kind, byte[] body)
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await talk.SendAsync(kind, body);

        await talk.ClosedAsync();
    }

    // One that is taken, and one that is refused: the second protocol has no requests.
    [TestCase(0)]
    [TestCase(1)]
    public async Task Request_LargerThanTaken_IsAViolationRefusedOrNot(byte protocol)
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync, options => options.Limits.MaxMessageBytes = 1024);

        await talk.SendAsync(FrameKind.RequestPart, [protocol, 5, .. new byte[1024]]);
        await talk.SilentAsync();
        await talk.SendAsync(FrameKind.Request, protocol, 5, 1);

        await talk.ClosedAsync();
    }

    [Test]
    public async Task Discard_OfARequest_FreesItsNumberWithoutAnAnswer()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await talk.PartAsync(5, 1);
        await talk.SilentAsync();
        talk.Channel.Incoming.Unanswered.Should().Be(1);
        await talk.SendAsync(FrameKind.Discard, 0);
        await talk.SilentAsync();
        talk.Channel.Incoming.Unanswered.Should().Be(0);
        await talk.RequestAsync(5, 2);

        (await talk.ReadAsync(FrameKind.Response)).Body.Should().Equal(2);
        await talk.EmptyAsync();
    }

    [Test]
    public async Task Cancel_OfNothing_IsIgnored()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await talk.CancelAsync(5);
        await talk.SilentAsync();
        await talk.RequestAsync(5, 1);
        await talk.ReadAsync(FrameKind.Response);
        await talk.CancelAsync(5);
        await talk.SilentAsync();
    }

    [Test]
    public async Task Cancel_BetweenThePieces_IsAnsweredWhenItIsWhole()
    {
        await using RawTalk talk = await RawTalk.StartAsync(WaitAsync);

        await talk.PartAsync(5, 1);
        await talk.CancelAsync(5);
        await talk.SilentAsync();
        await talk.RequestAsync(5, 2);

        (await talk.ReadAsync(FrameKind.Failure)).Body.Should().Equal(P2pErrorCode.Cancelled);
        _ran.Should().Be(0);
        talk.Channel.Incoming.Unanswered.Should().Be(0);
    }

    [Test]
    public async Task Cancel_Twice_HasOneAnswer()
    {
        await using RawTalk talk = await RawTalk.StartAsync(async context =>
        {
            try
            {
                await _release.Task.WaitAsync(context.CancellationToken);
            }
            finally
            {
                await context.ReplyAsync(context.Payload);
            }
        });

        await talk.RequestAsync(5, 1);
        await talk.CancelAsync(5);
        await talk.CancelAsync(5);

        (await talk.ReadAsync(FrameKind.Failure)).Should().BeEquivalentTo((5, new byte[] { P2pErrorCode.Cancelled }));
        await talk.SilentAsync();
    }

    private async ValueTask WaitAsync(P2pRequestContext context)
    {
        Interlocked.Increment(ref _ran);
        await _release.Task;
        await context.ReplyAsync(context.Payload);
    }
}
