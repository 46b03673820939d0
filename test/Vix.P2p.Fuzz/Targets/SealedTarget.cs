using Microsoft.Extensions.Logging;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// What a peer that knows the keys can send: the input is cut into records, sealed and sent to an open connection that has
/// handlers for messages, requests and streams, and may have a request and a stream of its own under way. It may end the
/// connection in good order and nothing else: no line above Debug of its making but the one that names a limit, no array,
/// budget, handler or caller that stays behind.
/// </summary>
internal sealed class SealedTarget : IFuzzTarget
{
    private const int ReasonState = 100_000;
    private const int LimitReached = 1000;
    private const int ProtocolViolation = 1202;
    private const int LookedAt = 64;

    // Each other reason needs a clock that moves, or is this side's own.
    private static readonly P2pReason[] Ends =
        [P2pReason.ProtocolError, P2pReason.Overload, P2pReason.Lost, P2pReason.Normal, P2pReason.ShuttingDown, P2pReason.Duplicate, P2pReason.Stale, P2pReason.Banned];

    private static readonly byte[] Open = FramesTarget.Frame(FrameKind.StreamOpen, [1, 0]);

    public string Name => "sealed";

    public int MaxLength => 1024;

    public IEnumerable<byte[]> Seeds =>
    [
        With(0, Frame(FrameKind.Message, 0, 1, 2, 3), Frame(FrameKind.Message, 0)),
        With(0, Frame(FrameKind.MessagePart, 0, 1, 2, 3), Frame(FrameKind.Message, 0, 9)),
        With(0, Frame(FrameKind.Request, 0, 1, 7, 7), Frame(FrameKind.Request, 1, 2), Frame(FrameKind.Message, 1)),
        With(0, Frame(FrameKind.RequestPart, 0, 1, 5), Frame(FrameKind.Request, 0, 1, 6), Frame(FrameKind.Cancel, 1)),
        With(0, Frame(FrameKind.Request, 2, 1), Frame(FrameKind.Request, 2, 2), Frame(FrameKind.Request, 2, 3), Frame(FrameKind.Request, 2, 1)),
        With(0, Open, Frame(FrameKind.StreamData, 1, 4, 4, 4), Frame(FrameKind.StreamEnd, 1), Frame(FrameKind.StreamEnd, 1)),
        With(0, Open, Frame(FrameKind.StreamAbort, 1, 2), Frame(FrameKind.StreamStop, 1, 0), Frame(FrameKind.StreamOpen, 3, 1), Frame(FrameKind.StreamOpen, 5, 2), Frame(FrameKind.StreamOpen, 7, 0)),
        With(0, Open, Frame(FrameKind.StreamEnd, 1), Frame(FrameKind.StreamData, 1, 4)),
        With(0, Open, Frame(FrameKind.StreamData, 1, SealedConnection.Unwanted), [.. Enumerable.Repeat(Frame(FrameKind.StreamData, 1, 4, 4), 40).SelectMany(frame => frame)]),
        With(0, Frame(FrameKind.Credit, 0, 10), Open, Frame(FrameKind.StreamCredit, 1, 10)),
        With(SealedSetup.Asks, Frame(FrameKind.ResponsePart, 0, 1), Frame(FrameKind.Response, 0, 1)),
        With(SealedSetup.Asks, Frame(FrameKind.Failure, 0, 1, 65)),
        With(SealedSetup.Asks | SealedSetup.Much, Frame(FrameKind.ResponsePart, [0, .. new byte[500]])),
        With(SealedSetup.Opens, Frame(FrameKind.StreamData, 2, 1, 2), Frame(FrameKind.StreamCredit, 2, 1), Frame(FrameKind.StreamEnd, 2)),
        With(SealedSetup.Opens, Frame(FrameKind.StreamStop, 2, 5), Frame(FrameKind.StreamAbort, 2, 5)),
        With(SealedSetup.Cuts, Frame(FrameKind.Ping, new byte[8]), Frame(FrameKind.Pong, new byte[8]), Frame(FrameKind.Close, 0)),
        With(SealedSetup.Raw, [0, 17], new byte[17]),
        With(SealedSetup.Raw, [0, 1]),
        With(SealedSetup.AsksMuch, Frame(FrameKind.Response, SealedConnection.LargeRequests - 1)),
        .. Enum.GetValues<CloseCode>().Select(code => With(0, Frame(FrameKind.Close, (byte)code))),
        With(0, Frame(FrameKind.MessagePart, 0, 1), Frame(FrameKind.Request, 0, 1, 2)),
        With(0, [.. Enumerable.Range(0, 65).SelectMany(i => Frame(FrameKind.StreamOpen, [.. ChannelBench.Varint((2 * i) + 1), 0]))], Frame(FrameKind.StreamData, ChannelBench.Varint(129))),
        With(0, Frame((FrameKind)128, 0, 1, 2), Frame(FrameKind.Discard, 0)),
        With(0, Frame(FrameKind.MessagePart, 0, 1), Frame(FrameKind.Discard, 0), Frame(FrameKind.Discard, 9)),
        With(SealedSetup.Much, Frame(FrameKind.MessagePart, [0, .. new byte[500]])),
        With(SealedSetup.Much, [.. Enumerable.Repeat(Frame(FrameKind.Message, 2), 80).SelectMany(frame => frame)]),
        With(SealedSetup.Much, Frame(FrameKind.Credit, 0, 0xFF, 0xFF, 0xFF, 0x7F)),
        With(SealedSetup.Opens | SealedSetup.Much, Frame(FrameKind.StreamCredit, 2, 0xFF, 0xFF, 0xFF, 0x7F)),
        With(0, Frame(FrameKind.StreamOpen, 1, 2), [.. Enumerable.Repeat(Frame(FrameKind.StreamData, [1, .. new byte[200]]), 4).SelectMany(frame => frame)], Frame(FrameKind.StreamData, [1, .. new byte[250]])),
        .. Enum.GetValues<FrameKind>().SelectMany(kind => new[] { new byte[] { 0 }, [9, 9], [0, 0x80], [1, 0x80, 0x80], [0, 1, 1, 1, 1] }.Select(body => With(SealedSetup.Asks, Open, Frame(kind, body)))),
        With(SealedSetup.Asks, Frame(FrameKind.Failure, [0, 1, .. new byte[260]])),
        With(0, Open, Frame(FrameKind.StreamData, 0x81, 0)),
        With(0, Open, Frame(FrameKind.StreamEnd, 1, 1), []),
        With(0, Frame(FrameKind.RequestPart, 0, 0x81, 1)),
    ];

    public IReadOnlyList<byte[]> Words => [.. Seeds.Select(seed => seed[1..]).Where(seed => seed.Length < 64), [0], [1], [0xFF, 0xFF, 0xFF, 0x7F]];

    public IReadOnlyCollection<string> Outcomes { get; } =
    [
        .. Ends.Select(reason => reason.ToString()),
        .. ((FrameStatus[])[FrameStatus.UnknownKind, FrameStatus.BadLength, FrameStatus.TooLarge, FrameStatus.BadBodyLength]).Select(status => $"a malformed frame ({status})"),
        "a record of an impossible length", "a record that is not authentic", "a frame that has no place here",
        "a message inside of another one of its protocol", "a message larger than this node takes", "a message without credit", "a message of a protocol that was not named",
        "a request of a protocol that was not named", "a malformed request", "a part of a request with nothing in it", "a request with a number that is in flight", "a malformed Cancel",
        "an answer that was not asked for", "a malformed answer", "a malformed Failure", "an answer to a number that is not in flight", "an answer to a request that is not whole", "a response larger than this node takes",
        "a Discard of a protocol that was not named", "a Discard of nothing", "a malformed Credit", "more credit than there can be",
        "a stream of a protocol that was not named", "a stream out of its order", "a malformed StreamOpen", "a malformed StreamEnd", "a malformed number of a stream", "a malformed frame of a stream",
        "a frame of a stream that was not opened", "a StreamData without data", "data of a stream without credit", "data behind the end of its stream", "an end behind the end of its stream", "more credit of a stream than there can be",
    ];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        if (input.IsEmpty)
            return;
        var setup = (SealedSetup)input[0];
        byte[] plaintext = input[1..].ToArray();
        Look(plaintext, coverage);
        if (setup.HasFlag(SealedSetup.Much))
            plaintext = [.. Enumerable.Repeat(plaintext, SealedConnection.Repeats).SelectMany(part => part)];
        RunAsync(setup, plaintext, coverage).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
    }

    private static async Task RunAsync(SealedSetup setup, byte[] plaintext, Coverage coverage)
    {
        SealedConnection connection = await SealedConnection.OpenAsync(setup);
        P2pReason reason;
        try
        {
            reason = await connection.TakeAsync(plaintext);
        }
        finally
        {
            await connection.DisposeAsync();
        }

        coverage.Visit(ReasonState + (int)reason);
        coverage.Reach(reason.ToString());
        HashSet<string> limits = [];
        foreach (LogLine line in connection.Log)
        {
            Broken.Unless(line.Level <= LogLevel.Debug || (line.Id == LimitReached && limits.Add(line.Text)), $"a peer's bytes are in the log: {line.Text}");
            if (line.Id == ProtocolViolation)
                coverage.Reach(line.Text[(line.Text.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }

        Broken.Unless(reason == P2pReason.ProtocolError || connection.Log.All(line => line.Id != ProtocolViolation), "a violation ends with another reason");
        Broken.Unless(Array.IndexOf(Ends, reason) >= 0, $"the connection ends with {reason}");
    }

    // The frames are most of the state that a connection is in.
    private static void Look(ReadOnlySpan<byte> plaintext, Coverage coverage)
    {
        for (int i = 0; i < LookedAt; i++)
        {
            FrameStatus status = FrameCodec.TryReadHeader(plaintext, out FrameHeader header);
            if (status != FrameStatus.Ok || plaintext.Length < header.HeaderLength + header.BodyLength)
                return;
            coverage.Visit(((int)header.Kind * 4) + Math.Min(3, Coverage.Size(header.BodyLength) / 2));
            plaintext = plaintext[(header.HeaderLength + header.BodyLength)..];
        }
    }

    private static byte[] Frame(FrameKind kind, params byte[] body) => FramesTarget.Frame(kind, body);

    private static byte[] With(SealedSetup setup, params byte[][] frames) => [(byte)setup, .. frames.SelectMany(frame => frame)];
}
