using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Messages;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>What the protocol does not allow ends the connection as protocol_error, and leaves nothing behind.</summary>
internal sealed class BadMessageTests
{
    private const int Largest = 2_000;

    private static readonly object[] Bad =
    [
        One("a message of a protocol that was not named", RawEnd.Frame(FrameKind.Message, 2)),
        One("a part of one", RawEnd.Frame(FrameKind.MessagePart, 255, 1)),
        One("a part without a payload", RawEnd.Frame(FrameKind.MessagePart, 0)),
        One("a request of a protocol that was not named", RawEnd.Frame(FrameKind.Request, 2, 1)),
        One("a request whose number is cut off", RawEnd.Frame(FrameKind.Request, 0, 0x80)),
        One("a request whose number is not the shortest", RawEnd.Frame(FrameKind.Request, 0, 0x80, 0)),
        One("a part of a request without a payload", RawEnd.Frame(FrameKind.RequestPart, 0, 0x80, 1)),
        One("a message larger than is taken", RawEnd.Frame(FrameKind.Message, [0, .. new byte[Largest + 1]])),
        One("parts larger together than is taken", [.. RawEnd.Frame(FrameKind.MessagePart, [0, .. new byte[Largest]]), .. RawEnd.Frame(FrameKind.Message, 0, 1)]),
        One("a request inside of a message", [.. RawEnd.Frame(FrameKind.MessagePart, 0, 1), .. RawEnd.Frame(FrameKind.Request, 0, 1)]),
        One("a Discard of nothing", RawEnd.Frame(FrameKind.Discard, 0)),
        One("a Discard behind a whole message", [.. RawEnd.Frame(FrameKind.MessagePart, 0, 1), .. RawEnd.Frame(FrameKind.Message, 0, 1), .. RawEnd.Frame(FrameKind.Discard, 0)]),
        One("a second Discard", [.. RawEnd.Frame(FrameKind.MessagePart, 0, 1), .. RawEnd.Frame(FrameKind.Discard, 0), .. RawEnd.Frame(FrameKind.Discard, 0)]),
        One("a Discard of a protocol that was not named", RawEnd.Frame(FrameKind.Discard, 2)),
        One("credit for a protocol that this side did not name", RawEnd.Frame(FrameKind.Credit, 1, 1)),
        One("credit with something behind it", RawEnd.Frame(FrameKind.Credit, 0, 1, 1)),
        One("credit that is cut off", RawEnd.Frame(FrameKind.Credit, 0, 0x80)),
        One("credit beyond all there can be", [.. Enumerable.Repeat(ChannelBench.Credit(0, (1 << 28) - 1), 8).SelectMany(frame => frame)]),
        One("an answer that nobody asked for", RawEnd.Frame(FrameKind.Response, 1)),
        One("a Cancel with something behind it", RawEnd.Frame(FrameKind.Cancel, 1, 1)),
        One("data of a stream that was not opened", RawEnd.Frame(FrameKind.StreamData, 1, 1)),
        One("an unknown kind", [22, 1, 0]),
    ];

    [Test]
    public async Task Connection_LostWithEverythingHalfDone_LeavesNothingOut()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ProtocolRegistration all = new("a/1")
        {
            OnMessage = async _ => await release.Task,
            OnRequest = async context => await context.ReplyAsync(context.Payload),
            OnStream = async context => await Task.Delay(Timeout.Infinite, context.CancellationToken),
        };
        await using ChannelBench bench = await ChannelBench.OpenAsync(["b/1"], protocols: all);
        Task<ReadOnlyMemory<byte>> asked = bench.Channel.Outgoing.RequestAsync("b/1", new byte[100], CancellationToken.None).AsTask();
        await bench.Far.SendAsync(FrameKind.Message, [0, 1, 2, 3]);
        await bench.Far.SendAsync(FrameKind.MessagePart, [0, .. new byte[30_000]]);
        await bench.Far.SendAsync(FrameKind.ResponsePart, [0, .. new byte[30_000]]);
        await bench.Far.SendAsync(FrameKind.StreamOpen, [1, 0]);
        await bench.Far.SendAsync(FrameKind.StreamData, [1, .. new byte[30_000]]);
        await bench.EchoAsync();
        bench.Pool.Count.Should().BeGreaterThanOrEqualTo(4);

        bench.Connection.Abort(P2pReason.Lost);
        await bench.EndedAsync();
        release.SetResult();

        await asked.Awaiting(task => task.Soon()).Should().ThrowAsync<P2pSendException>();
        await Waiting.UntilAsync(() => bench.IsQuiet && bench.Pool.Count == 0, () => $"{bench.Pool.Count} arrays are out");
        (bench.Channel.Outgoing.InFlight, bench.Channel.Incoming.Unanswered, bench.Channel.Streams.Count).Should().Be((1, 0, 0), "the number of an unanswered request goes with its connection");
    }

    [TestCaseSource(nameof(Bad))]
    public async Task Frame_NotAllowed_EndsTheConnectionAndLeavesNothing(byte[] frames)
    {
        await using ChannelBench bench = await OpenAsync(_ => ValueTask.CompletedTask);
        // Something begun, so that there is something to leave behind.
        await bench.Far.SendAsync(FrameKind.MessagePart, 1, 1, 2, 3);

        await bench.Far.SendBytesAsync(bench.Far.Seal(frames));
        await bench.Far.HalfCloseAsync();

        (await bench.EndedAsync()).Should().Be(P2pReason.ProtocolError);
        await Waiting.UntilAsync(() => bench.IsQuiet);
        RawFrame? last = null;
        while (await bench.Far.ReadAsync() is { } frame)
            last = frame;
        (last!.Kind, (CloseCode)last.Body[0]).Should().Be((FrameKind.Close, CloseCode.ProtocolError));
    }

    [Test]
    public async Task Message_WithoutCredit_EndsTheConnectionAtTheFirstByteTooMany()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChannelBench bench = await OpenAsync(async _ => await hold.Task);
        int credit = Largest + 262_144;
        for (; credit >= Largest; credit -= Largest)
            await bench.Far.SendAsync(FrameKind.Message, [0, .. new byte[Largest]]);
        await bench.Far.SendAsync(FrameKind.Message, [0, .. new byte[credit]]);
        await bench.EchoAsync();
        bench.Connection.Reason.Should().Be(P2pReason.None, "it was spent to the last byte");

        await bench.Far.SendAsync(FrameKind.Message, 0);

        await Waiting.UntilAsync(() => bench.Connection.Reason == P2pReason.ProtocolError);
        hold.SetResult();
        await bench.Far.HalfCloseAsync();
        await bench.EndedAsync();
        await Waiting.UntilAsync(() => bench.IsQuiet);
    }

    [Test]
    public async Task Message_MillionsOfEmptyParts_CostCreditAndEnd()
    {
        await using ChannelBench bench = await OpenAsync(_ => ValueTask.CompletedTask);
        byte[] part = RawEnd.Frame(FrameKind.MessagePart, 0, 1);
        byte[] record = [.. Enumerable.Repeat(part, 10_000).SelectMany(bytes => bytes)];

        await bench.Far.SendBytesAsync(bench.Far.Seal(record));
        await bench.Far.HalfCloseAsync();

        (await bench.EndedAsync()).Should().Be(P2pReason.ProtocolError, "one byte at a time is too small for a message of 2,000, and each costs 64");
        await Waiting.UntilAsync(() => bench.IsQuiet);
    }

    [TestCase(41)]
    [TestCase(42)]
    [TestCase(43)]
    public async Task Frames_MutatedInsideTheEncryption_EndInOrderAndLeaveNothing(int seed)
    {
        const int Frames = 350_000;
        var random = new Random(seed);
        long sent = 0;
        int connections = 0;
        byte[] stream = new byte[40_000];
        while (sent < Frames)
        {
            connections++;
            await using ChannelBench bench = await OpenAsync(_ => ValueTask.CompletedTask);
            int length = 0;
            // Most records are good, so that a bad one meets a state worth breaking.
            for (int record = 0; record < 200 && bench.Connection.Reason == P2pReason.None; record++)
            {
                length = 0;
                while (length < 20_000)
                {
                    byte[] frame = Good(random);
                    if (random.Next(20_000) == 0)
                        frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                    frame.CopyTo(stream, length);
                    length += frame.Length;
                    sent++;
                }

                await bench.Far.SendBytesAsync(bench.Far.Seal(stream.AsSpan(0, length)));
                // A sender obeys its credit, else that would be all that is ever found.
                await bench.EchoOrEndAsync();
                await Waiting.UntilAsync(() => bench.Channels.Work.Count == 0);
            }

            await bench.Far.HalfCloseAsync();
            (await bench.EndedAsync()).Should().BeOneOf(P2pReason.ProtocolError, P2pReason.Lost, P2pReason.Normal);
            bench.Log.Lines.Should().NotContain(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
            await Waiting.UntilAsync(() => bench.IsQuiet);
        }

        connections.Should().BeGreaterThan(3, "else nothing was broken");
    }

    // A frame that is allowed at any time, given that handlers are quick enough to give their credit back.
    private static byte[] Good(Random random) => random.Next(6) switch
    {
        0 => RawEnd.Frame(FrameKind.Message, 0),
        1 => RawEnd.Frame(FrameKind.Message, 1, 1, 2, 3),
        2 => [.. RawEnd.Frame(FrameKind.MessagePart, 0, 1), .. RawEnd.Frame(FrameKind.Message, 0, 2)],
        3 => [.. RawEnd.Frame(FrameKind.MessagePart, 1, 1, 2), .. RawEnd.Frame(FrameKind.Discard, 1)],
        4 => RawEnd.Frame(FrameKind.Credit, 0, 0),
        _ => RawEnd.Frame(FrameKind.Pong, RawEnd.Token(1)),
    };

    private static Task<ChannelBench> OpenAsync(Func<P2pMessageContext, ValueTask> handler) => ChannelBench.OpenAsync(
        ["x/1"],
        options => options.Limits.MaxMessageBytes = Largest,
        protocols: [ChannelBench.Takes("a/1", handler), ChannelBench.Takes("b/1", handler)]);

    private static TestCaseData One(string what, byte[] frames) => new TestCaseData(frames).SetArgDisplayNames(what);
}
