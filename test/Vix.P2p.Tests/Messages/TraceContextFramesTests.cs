using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Trace contexts as a scripted peer sends and gets them, the wrong ones too.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TraceContextFramesTests : IDisposable
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ParentId = "00f067aa0ba902b7";

    private readonly TraceSink _traces = new();

    public void Dispose() => _traces.Dispose();

    [TestCase(0)]
    [TestCase(300)]
    [TestCase(FrameCodec.MaxNumber)]
    public async Task Context_BeforeItsRequest_IsTheParentOfTheHandler(int number)
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await SendAsync(talk, number);
        await talk.RequestAsync(number, 1);

        (await HandledAsync(1)).Should().Equal(ParentId);
        (await talk.ReadAsync(FrameKind.Response)).Number.Should().Be(number);
    }

    [Test]
    public async Task Context_BeforeARequestInPiecesWithOthersBetween_IsTheParentOfTheHandler()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await SendAsync(talk, 7);
        await talk.SendAsync(FrameKind.Message, 1, 42);
        await talk.SendAsync(FrameKind.Ping, RawEnd.Token(5));
        await talk.PartAsync(7, 1);
        await SendAsync(talk, 8);
        await talk.RequestAsync(7, 2);

        (await HandledAsync(1)).Should().Equal(ParentId);
    }

    [Test]
    public async Task Context_OfAnotherNumber_IsDroppedAndDoesNotWaitForItsOwn()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await SendAsync(talk, 2);
        await talk.RequestAsync(1, 1);
        await talk.ReadAsync(FrameKind.Response);
        await talk.RequestAsync(2, 1);
        await talk.ReadAsync(FrameKind.Response);

        (await HandledAsync(2)).Should().Equal("0000000000000000", "0000000000000000");
    }

    [Test]
    public async Task Context_SecondOne_TakesThePlaceOfTheFirst()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await SendAsync(talk, 1);
        await SendAsync(talk, 2);
        await talk.RequestAsync(1, 1);
        await talk.ReadAsync(FrameKind.Response);
        await SendAsync(talk, 3);
        await SendAsync(talk, 3, parent: "1111111111111111");
        await talk.RequestAsync(3, 1);

        (await HandledAsync(2)).Should().Equal("0000000000000000", "1111111111111111");
    }

    [TestCase("03")]
    [TestCase("03" + TraceId + ParentId)]
    [TestCase("03" + TraceId + ParentId + "0100")]
    [TestCase("8300" + TraceId + ParentId + "01")]
    [TestCase("03" + "00000000000000000000000000000000" + ParentId + "01")]
    [TestCase("03" + TraceId + "0000000000000000" + "01")]
    public async Task Context_Malformed_IsIgnoredAndTheConnectionGoesOn(string body)
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await talk.SendAsync(FrameKind.TraceContext, Convert.FromHexString(body));
        await talk.RequestAsync(3, 1);

        (await HandledAsync(1)).Should().Equal("0000000000000000");
        (await talk.ReadAsync(FrameKind.Response)).Number.Should().Be(3);
    }

    [Test]
    public async Task Context_OfADiscardedOrRefusedRequest_IsNotThatOfTheNextOne()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await SendAsync(talk, 1);
        await talk.PartAsync(1, 1);
        await talk.SendAsync(FrameKind.Discard, 0);
        await talk.RequestAsync(1, 1);
        await talk.ReadAsync(FrameKind.Response);
        // news/1 takes no requests.
        await SendAsync(talk, 2);
        await talk.SendAsync(FrameKind.Request, 1, 2, 1);
        await talk.ReadAsync(FrameKind.Failure);
        await talk.RequestAsync(2, 1);

        (await HandledAsync(2)).Should().Equal("0000000000000000", "0000000000000000");
    }

    [Test]
    public async Task Contexts_WithoutEnd_AreForgottenAsTheyCome()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        for (int i = 0; i < 10_000; i++)
            await SendAsync(talk, i);
        await talk.SilentAsync();

        talk.Channel.Settings.Received.Used.Should().Be(0);
        talk.Channel.Incoming.Unanswered.Should().Be(0);
        talk.Node.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task Context_NotRecordedThere_IsNotRecordedHereByASamplerThatFollowsTheParent()
    {
        _traces.Dispose();
        using var parentBased = new TraceSink((ref ActivityCreationOptions<ActivityContext> options) =>
            options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None);
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);

        await SendAsync(talk, 1, flags: "00");
        await talk.RequestAsync(1, 1);
        await talk.ReadAsync(FrameKind.Response);
        await SendAsync(talk, 1, flags: "01");
        await talk.RequestAsync(1, 1);
        await talk.ReadAsync(FrameKind.Response);

        await parentBased.ReadAsync("a", RawTalk.Kv);
        parentBased.Ended.Should().ContainSingle(span => span.OperationName == RawTalk.Kv);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Request_OfTheNode_IsPrecededByItsContextWhereItMayBe(bool allowed)
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync, options => options.TraceContext = allowed);

        Task asking = talk.AskAsync(new byte[] { 1, 2, 3 });
        if (allowed)
        {
            RawFrame context = (await talk.ReadAsync())!;
            context.Kind.Should().Be(FrameKind.TraceContext);
            context.Body.Should().HaveCount(26).And.StartWith([0]).And.EndWith([1]);
            await AnswerAsync(talk);
            await asking.Soon();
            Activity span = (await _traces.ReadAsync("a", RawTalk.Kv)).Single();
            Convert.ToHexStringLower(context.Body.AsSpan(1)).Should().Be(span.TraceId.ToHexString() + span.SpanId.ToHexString() + "01");
        }
        else
        {
            await AnswerAsync(talk);
            await asking.Soon();
        }
    }

    [Test]
    public async Task Request_NobodyTracesButTheCallersActivityIsCurrent_CarriesThat()
    {
        _traces.Dispose();
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);
        using Activity outer = new Activity("outer").SetIdFormat(ActivityIdFormat.W3C).Start();

        Task asking = talk.AskAsync(new byte[] { 1 });

        RawFrame context = (await talk.ReadAsync())!;
        context.Kind.Should().Be(FrameKind.TraceContext);
        Convert.ToHexStringLower(context.Body).Should().Be("00" + outer.TraceId.ToHexString() + outer.SpanId.ToHexString() + "00");
        await AnswerAsync(talk);
        await asking.Soon();
    }

    [TestCase(ActivityIdFormat.Hierarchical)]
    [TestCase(ActivityIdFormat.Unknown)]
    public async Task Request_WithoutATrace_CarriesNothing(ActivityIdFormat format)
    {
        _traces.Dispose();
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);
        using Activity? outer = format == ActivityIdFormat.Unknown ? null : new Activity("outer").SetIdFormat(format).Start();

        Task asking = talk.AskAsync(new byte[] { 1 });

        await AnswerAsync(talk);
        await asking.Soon();
    }

    [Test]
    public async Task Request_ThatWaitsForCredit_IsPrecededByItsContextWhenItsTurnComes()
    {
        await using RawTalk talk = await RawTalk.StartAsync(RequestBench.EchoAsync);
        // All the credit there is but for some 200 KB.
        Task first = talk.AskAsync(new byte[1024 * 1024]);
        Task second = talk.AskAsync(new byte[1024 * 1024]);
        List<RawFrame> frames = [];
        int received = 0;
        while (frames.Count(frame => frame.Kind == FrameKind.Request) < 2)
        {
            RawFrame frame = (await talk.ReadAsync())!;
            frames.Add(frame);
            if (frame.Kind is not (FrameKind.Request or FrameKind.RequestPart))
                continue;
            received += frame.Body.Length - 2;
            await talk.SendAsync(FrameKind.Credit, [0, .. RawTalk.Varint(frame.Body.Length - 2)]);
        }

        received.Should().Be(2 * 1024 * 1024);
        frames.Count(frame => frame.Kind == FrameKind.TraceContext).Should().Be(2);
        int last = frames.FindLastIndex(frame => frame.Kind == FrameKind.TraceContext);
        RawFrame begun = frames[last + 1];
        (begun.Kind, begun.Body[1]).Should().Be((FrameKind.RequestPart, frames[last].Body[0]), "it stands before the first piece");
        await talk.RespondAsync(0, 1);
        await talk.RespondAsync(1, 1);
        await Task.WhenAll(first, second).Soon();
    }

    private static async Task AnswerAsync(RawTalk talk) => await talk.RespondAsync((await talk.ReadAsync(FrameKind.Request)).Number, 1);

    private static Task SendAsync(RawTalk talk, int number, string parent = ParentId, string flags = "01") =>
        talk.SendAsync(FrameKind.TraceContext, [.. RawTalk.Varint(number), .. Convert.FromHexString(TraceId + parent + flags)]);

    // The parents of the handlers that have ended, in their order.
    private async Task<string[]> HandledAsync(int count) =>
        [.. (await _traces.ReadAsync("a", RawTalk.Kv, count)).Select(span => span.ParentSpanId.ToHexString())];
}
