using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Handlers that fail, each in its way, and what the caller is told.</summary>
internal sealed class RequestFailureTests
{
    private const int HandlerFailed = 1500;

    [TestCase(0, "nothing went wrong")]
    [TestCase(64, "")]
    [TestCase(P2pErrorCode.Last, "größer als erlaubt – 過大")]
    public async Task Failure_OfTheHandlersOwn_ReachesTheCallerAndNoLog(int code, string text)
    {
        await using RequestBench bench = await RequestBench.StartAsync(_ => throw new P2pRemoteException(code, text));

        P2pRemoteException thrown = await FailureAsync(bench);

        (thrown.Code, thrown.Message).Should().Be((code, text));
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
    }

    [TestCase("a", 256)]
    [TestCase("ü", 128)]
    [TestCase("過", 85)]
    [TestCase("😀", 64)]
    public async Task Failure_OfALongText_IsCutBetweenTwoCharacters(string character, int kept)
    {
        await using RequestBench bench = await RequestBench.StartAsync(_ => throw new P2pRemoteException(64, string.Concat(Enumerable.Repeat(character, 1000))));

        (await FailureAsync(bench)).Message.Should().Be(string.Concat(Enumerable.Repeat(character, kept)));
    }

    [Test]
    public async Task Failure_TextOfHalfACharacter_IsSentAsAReplacement()
    {
        await using RequestBench bench = await RequestBench.StartAsync(_ => throw new P2pRemoteException(64, "a\ud83d!"));

        (await FailureAsync(bench)).Message.Should().Be("a\ufffd!");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Failure_OfAnyOtherException_TellsTheCallerNothing(bool late)
    {
        await using RequestBench bench = await RequestBench.StartAsync(async _ =>
        {
            if (late)
                await Task.Yield();
            throw new InvalidDataException("the secret of the house");
        });

        P2pRemoteException thrown = await FailureAsync(bench);

        (thrown.Code, thrown.Message).Should().Be((P2pErrorCode.HandlerFailed, ""));
        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(1);
        bench.Net.Log.Lines.Should().ContainSingle(line => line.Id == HandlerFailed).Which.Should().Match<LogLine>(line => line.Level == LogLevel.Error && line.Exception is InvalidDataException);
    }

    [Test]
    public async Task Failure_OfAHandlerThatThrowsAtOnce_IsThatRequestsAlone()
    {
        await using RequestBench bench = await RequestBench.StartAsync(context => context.Payload.Length == 0 ? throw new InvalidDataException() : RequestBench.EchoAsync(context));

        Task<ReadOnlyMemory<byte>>[] asked = [.. Enumerable.Range(0, 50).Select(i => bench.AskAsync(new byte[i % 2]))];
        await Task.WhenAll(asked).ContinueWith(_ => { }, TaskScheduler.Default).Soon();

        asked.Count(task => task.IsCompletedSuccessfully).Should().Be(25);
        bench.B.GetStatus().HandlerFailures.Should().Be(25);
        bench.A.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task Failure_CancellationOfTheHandlersOwn_IsAFailure()
    {
        await using RequestBench bench = await RequestBench.StartAsync(_ => throw new OperationCanceledException());

        (await FailureAsync(bench)).Code.Should().Be(P2pErrorCode.HandlerFailed, "nobody had cancelled the request");
        bench.B.GetStatus().HandlerFailures.Should().Be(1);
    }

    [Test]
    public async Task Failure_NoReply_IsToldAtOnce()
    {
        await using RequestBench bench = await RequestBench.StartAsync(_ => default);

        (await FailureAsync(bench)).Code.Should().Be(P2pErrorCode.NoReply);
    }

    [Test]
    public async Task Failure_NoHandlerForRequests_IsNotSupported()
    {
        await using RequestBench bench = await RequestBench.StartAsync(
            RequestBench.EchoAsync,
            build: builder => builder.AddProtocol("news/1", protocol => protocol.OnMessage(_ => default)));

        // More than there is credit for, unless it is given back.
        for (int i = 0; i < 6; i++)
        {
            Func<Task> asking = () => bench.A.RequestAsync(bench.IdOfB, "news/1", new byte[500_000]).Soon();
            (await asking.Should().ThrowAsync<P2pRemoteException>()).Which.Code.Should().Be(P2pErrorCode.NotSupported);
        }

        await bench.A.SendAsync(bench.IdOfB, "news/1", new byte[] { 1 }).Soon();
    }

    [Test]
    public async Task Failure_ReplyThatTheCallerDoesNotTake_IsTooLarge()
    {
        var reasons = new List<P2pReason>();
        await using RequestBench bench = await RequestBench.StartAsync(
            async context =>
            {
                try
                {
                    await context.ReplyAsync(new byte[1025]);
                }
                catch (P2pSendException e) when (context.Payload.Length < 2)
                {
                    reasons.Add(e.Reason);
                }

                if (context.Payload.Length == 1)
                    await context.ReplyAsync(new byte[1024]);
            },
            configure: SmallAnswers);

        (await FailureAsync(bench)).Code.Should().Be(P2pErrorCode.TooLarge);
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
        (await bench.AskAsync(new byte[1]).Soon()).Length.Should().Be(1024, "a shorter reply is taken after one that was too large");
        (await FailureAsync(bench, length: 2)).Code.Should().Be(P2pErrorCode.TooLarge);
        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(1, "the handler did not expect it");
        reasons.Should().Equal(P2pReason.MessageTooLarge, P2pReason.MessageTooLarge);
    }

    [Test]
    public async Task Reply_Twice_IsRefusedTheSecondTime()
    {
        Exception? second = null;
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            await context.ReplyAsync(new byte[] { 1 });
            second = await CatchAsync(() => context.ReplyAsync(new byte[] { 2 }));
        });

        (await bench.AskAsync(default).Soon()).ToArray().Should().Equal(1);
        (await bench.AskAsync(default).Soon()).ToArray().Should().Equal(1);

        await bench.QuietAsync();
        second.Should().BeOfType<InvalidOperationException>();
    }

    [Test]
    public async Task Reply_ThenFailure_IsTheReplyAndAFailureInTheLog()
    {
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            await context.ReplyAsync(new byte[] { 1 });
            throw new P2pRemoteException(64, "too late");
        });

        (await bench.AskAsync(default).Soon()).ToArray().Should().Equal(1);

        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(1);
    }

    [Test]
    public async Task Context_KeptByAHandlerThatDidNotReply_AnswersNothing()
    {
        var kept = new List<P2pRequestContext>();
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            if (context.Payload.Length == 0)
            {
                kept.Add(context);
                return;
            }

            // What is kept belongs to no other request, not even while others run.
            foreach (P2pRequestContext old in kept)
                (await CatchAsync(() => old.ReplyAsync(new byte[] { 66 }))).Should().BeOfType<InvalidOperationException>();
            await context.ReplyAsync(context.Payload);
        });

        for (byte i = 1; i < 10; i++)
        {
            (await FailureAsync(bench)).Code.Should().Be(P2pErrorCode.NoReply);
            (await bench.AskAsync(new[] { i }).Soon()).ToArray().Should().Equal(i);
        }

        kept.Should().OnlyHaveUniqueItems();
        kept.Should().OnlyContain(old => old.Payload.IsEmpty && old.CancellationToken.IsCancellationRequested);
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
    }

    [Test]
    public async Task Context_AfterItsHandler_HasNoServices()
    {
        P2pRequestContext? kept = null;
        await using RequestBench bench = await RequestBench.StartAsync(context =>
        {
            kept = context;
            return context.ReplyAsync(default);
        });

        await bench.AskAsync(default).Soon();
        await bench.QuietAsync();

        FluentActions.Invoking(() => kept!.Services).Should().Throw<InvalidOperationException>().WithMessage("*ended*");
        (await CatchAsync(() => kept!.ReplyAsync(default))).Should().BeOfType<InvalidOperationException>();
    }

    [Test]
    public void Encode_TextOfEachLength_IsTheLongestThatFits()
    {
        for (int before = 250; before <= 257; before++)
        {
            foreach (string last in (string[])["a", "ü", "過", "😀"])
            {
                byte[] encoded = Vix.P2p.Messages.RemoteError.Encode(new string('a', before) + last);
                int size = Encoding.UTF8.GetByteCount(last);
                encoded.Length.Should().Be(before + size <= 256 ? before + size : Math.Min(before, 256));
                FluentActions.Invoking(() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(encoded)).Should().NotThrow();
            }
        }
    }

    [TestCase("fine", "fine")]
    [TestCase("ünd 過大 😀 e\u0301", "ünd 過大 😀 e\u0301")]
    [TestCase("1\u001b[2J\r\n2\t", "1\ufffd[2J\ufffd\ufffd2\ufffd")]
    [TestCase("a\u202eb\u2066c\u200bd\ufeff", "a\ufffdb\ufffdc\ufffdd\ufffd")]
    [TestCase("a\u2028b\u2029c\u0085d\u007f", "a\ufffdb\ufffdc\ufffdd\ufffd")]
    [TestCase("\ue000\U000e0041", "\ufffd\ufffd")]
    public void Read_TextOfAPeer_IsPrintable(string text, string expected) =>
        Vix.P2p.Messages.RemoteError.Read(64, Encoding.UTF8.GetBytes(text)).Message.Should().Be(expected);

    [Test]
    public void Read_BrokenUtf8_IsReplacedAndNoLongerThanAllowed()
    {
        var random = new Random(7);
        byte[] text = new byte[256];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(text);
            string message = Vix.P2p.Messages.RemoteError.Read(64, text.AsSpan(0, random.Next(257))).Message;
            Encoding.UTF8.GetByteCount(message).Should().BeLessThanOrEqualTo(256);
            message.Any(char.IsControl).Should().BeFalse();
        }

        Vix.P2p.Messages.RemoteError.Read(64, [0x61, 0xC3, 0x28, 0xF0, 0x9F, 0x98]).Message.Should().Be("a\ufffd(\ufffd");
    }

    private static void SmallAnswers(P2pNodeOptions options)
    {
        if (options.NodeId == "a")
            options.Limits.MaxMessageBytes = 1024;
    }

    private static async Task<P2pRemoteException> FailureAsync(RequestBench bench, int length = 0) =>
        (await FluentActions.Awaiting(() => bench.AskAsync(new byte[length]).Soon()).Should().ThrowAsync<P2pRemoteException>()).Which;

    private static async Task<Exception?> CatchAsync(Func<ValueTask> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
