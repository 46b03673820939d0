using FluentAssertions;
using NUnit.Framework;
using Kind = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrame;
using Make = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrames;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Two reference peers talk, and each refuses what the other may not send: without it their word on a node is worth nothing.</summary>
[TestFixture]
[CancelAfter(60_000)]
public sealed class ReferencePeerTalkTests
{
    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["a/1", "b/1"], MaxMessage = 100_000, StreamWindow = 10_000 };

    private static IEnumerable<TestCaseData> Violations()
    {
        yield return Frames("*no protocol 2.", Make.Message(2));
        yield return Frames("*no protocol 2.", Make.Credit(2, 1));
        yield return Frames("*0 bytes behind its numbers.", Make.MessagePart(0));
        yield return Frames("*mixes the pieces*", Make.MessagePart(0, 1), Make.Request(0, 1));
        yield return Frames("*mixes the pieces*", Make.RequestPart(0, 1, 1), Make.Request(0, 2));
        yield return Frames("*in flight.", Make.Request(0, 1), Make.Request(1, 1));
        yield return Frames("*nothing to discard.", Make.Discard(0));
        yield return Frames("*payload of 100001 bytes.", Make.MessagePart(0, new byte[60_000]), Make.Message(0, new byte[40_001]));
        yield return Frames("*and spends 64.", [.. Enumerable.Repeat(Make.Message(0), 1 + (362_144 / 64))]);
        yield return Frames("*credit up to *", [.. Enumerable.Repeat(Make.Credit(0, (1 << 28) - 1), 8)]);
        yield return Frames("*7 is not in flight.", Make.Response(7));
        yield return Frames("*not in its shortest form.", new Kind(Kind.Cancel, [0x80, 0]));
        yield return Frames("*more than its parts.", new Kind(Kind.Cancel, [1, 1]));
        yield return Frames("*opened in place of 1.", Make.StreamOpen(3, 0));
        yield return Frames("*which was not opened.", Make.StreamData(1, 1));
        yield return Frames("*and spends 10001.", Make.StreamOpen(1, 0), Make.StreamData(1, new byte[10_001]));
        yield return Frames("*after its end.", Make.StreamOpen(1, 0), Make.StreamEnd(1), Make.StreamData(1, 1));
        yield return Frames("*of kind 22.", new Kind(22, []));

        static TestCaseData Frames(string message, params ReferencePeerFrame[] frames) => new(message, frames);
    }

    [TestCaseSource(nameof(Violations))]
    public async Task Take_AgainstARule_IsRefused(string message, object frames)
    {
        await using var pair = await OpenAsync();

        await pair.Initiator.SendAsync((ReferencePeerFrame[])frames);

        await pair.Responder.Invoking(talk => talk.Ended).Should().ThrowAsync<ReferencePeerException>().WithMessage(message);
    }

    [Test]
    public async Task Talk_OfTwo_FlowsBeyondTheCredit()
    {
        await using var pair = await OpenAsync();

        var echoing = EchoAsync();
        for (var i = 0; i < 100; i++)
        {
            await pair.Initiator.SendMessageAsync("a/1", Payload.Of(i * 300, i), 777);
            (await pair.Initiator.ReceiveAsync("a/1")).Payload.Should().Equal(Payload.Of(i * 300, i));
            (await pair.Initiator.RequestAsync("a/1", Payload.Of(i * 300, i), 999)).Response.Should().Equal(Payload.Of(i * 300, i));
        }

        var stream = await pair.Initiator.OpenAsync("b/1");
        var reading = pair.Initiator.ReadToEndAsync(stream);
        await pair.Initiator.WriteAsync(stream, Payload.Of(100_000), 3_000);
        await pair.Initiator.EndAsync(stream);

        (await reading).Should().Equal(Payload.Of(100_000));
        await echoing;
        await Task.WhenAll(pair.Initiator.CloseAsync(), pair.Responder.WaitForCloseAsync());

        async Task EchoAsync()
        {
            for (var i = 0; i < 100; i++)
            {
                await pair.Responder.SendMessageAsync("a/1", (await pair.Responder.ReceiveAsync("a/1")).Payload);
                var request = await pair.Responder.ReceiveAsync("a/1");
                await pair.Responder.RespondAsync(request, request.Payload, 1_111);
            }

            var accepted = await pair.Responder.AcceptAsync();
            while (await pair.Responder.ReadAsync(accepted) is { } data)
                await pair.Responder.WriteAsync(accepted, data);
            await pair.Responder.EndAsync(accepted);
        }
    }

    private static async Task<TalkPair> OpenAsync()
    {
        var peers = await ReferencePeerPair.ConnectAsync(Speaker, Speaker with { Static = ReferencePeerKey.Generate() }, TestContext.CurrentContext.CancellationToken);
        var talks = await Task.WhenAll(ReferencePeerTalk.BeginAsync(peers.Initiator), ReferencePeerTalk.BeginAsync(peers.Responder));
        return new TalkPair(talks[0], talks[1]);
    }

    private sealed record TalkPair(ReferencePeerTalk Initiator, ReferencePeerTalk Responder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Initiator.DisposeAsync();
            await Responder.DisposeAsync();
        }
    }
}
