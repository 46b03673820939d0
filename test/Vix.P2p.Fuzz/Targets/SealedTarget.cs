using Microsoft.Extensions.Logging;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Messages;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// What a peer that knows the keys can send: the input is cut into records, sealed and sent to an open connection with
/// handlers for messages, requests and streams. It may end the connection in good order and nothing else: no line above
/// Debug of its making, no array or budget that stays out, no reason but ProtocolError, Overload or the end.
/// </summary>
internal sealed class SealedTarget : IFuzzTarget
{
    public string Name => "sealed";

    public int MaxLength => 2048;

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            yield return Join(FramesTarget.Frame(FrameKind.Message, [0, 1, 2, 3]), FramesTarget.Frame(FrameKind.Message, [0]));
            yield return Join(FramesTarget.Frame(FrameKind.MessagePart, [0, 1, 2, 3]), FramesTarget.Frame(FrameKind.Message, [0, 9]));
            yield return FramesTarget.Frame(FrameKind.Request, [0, 1, 7, 7]);
            yield return Join(FramesTarget.Frame(FrameKind.RequestPart, [0, 1, 5]), FramesTarget.Frame(FrameKind.Request, [0, 1, 6]), FramesTarget.Frame(FrameKind.Cancel, [1]));
            yield return Join(FramesTarget.Frame(FrameKind.StreamOpen, [0, 1]), FramesTarget.Frame(FrameKind.StreamData, [1, 4, 4, 4]), FramesTarget.Frame(FrameKind.StreamEnd, [1]));
            yield return Join(FramesTarget.Frame(FrameKind.StreamOpen, [0, 1]), FramesTarget.Frame(FrameKind.StreamAbort, [1, 2]), FramesTarget.Frame(FrameKind.StreamStop, [1, 0]));
            yield return Join(FramesTarget.Frame(FrameKind.Credit, [0, 10]), FramesTarget.Frame(FrameKind.StreamCredit, [1, 10]));
            yield return Join(FramesTarget.Frame(FrameKind.Response, [1, 1]), FramesTarget.Frame(FrameKind.Failure, [1, 1, 65]));
            yield return Join(FramesTarget.Frame(FrameKind.Ping, new byte[8]), FramesTarget.Frame(FrameKind.Pong, new byte[8]), FramesTarget.Frame(FrameKind.Close, [0]));
            yield return Join(FramesTarget.Frame((FrameKind)128, [0, 1, 2]), FramesTarget.Frame(FrameKind.Discard, [0]));
        }
    }

    public IReadOnlyList<byte[]> Words => [.. Seeds, [0], [1], [0xFF, 0xFF, 0xFF, 0x7F]];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage) => RunAsync(input.ToArray(), coverage).GetAwaiter().GetResult();

    public void Dispose()
    {
    }

    private static async Task RunAsync(byte[] input, Coverage coverage)
    {
        ProtocolRegistration everything = new("all/1")
        {
            OnMessage = _ => ValueTask.CompletedTask,
            OnRequest = context => context.ReplyAsync(context.Payload.Length < 64 ? context.Payload : default),
            OnStream = async context =>
            {
                byte[] room = new byte[256];
                while (await context.Stream.ReadAsync(room) > 0)
                {
                }
            },
        };
        ChannelBench bench = await ChannelBench.OpenAsync(["all/1"], protocols: everything);
        try
        {
            for (int at = 0; at < input.Length;)
            {
                int length = Math.Min(input.Length - at, 1 + (input[at] * 7 % 256));
                await bench.Far.SendBytesAsync(bench.Far.Seal(input.AsSpan(at, length)));
                at += length;
            }

            await bench.Far.HalfCloseAsync();
            P2pReason reason = await bench.EndedAsync();
            coverage.Visit((int)reason);
            Broken.Unless(reason is P2pReason.ProtocolError or P2pReason.Overload or P2pReason.Lost or P2pReason.Normal or P2pReason.ShuttingDown or P2pReason.Duplicate or P2pReason.Stale or P2pReason.Banned, $"the connection ends with {reason}");
            foreach (LogLine line in bench.Log.Lines)
            {
                coverage.Visit(1000 + line.Id + (line.Text.Length << 4));
                Broken.Unless(line.Level <= LogLevel.Debug, $"a peer's bytes are in the log: {line.Text}");
            }
        }
        finally
        {
            await bench.DisposeAsync();
        }

        await Waiting.UntilAsync(() => bench.IsQuiet && bench.Pool.Count == 0, () => $"{bench.Pool.Count} arrays are out, or a budget is");
    }

    private static byte[] Join(params byte[][] frames) => [.. frames.SelectMany(frame => frame)];
}
