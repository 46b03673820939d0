using System.Text;

namespace Vix.P2p.FunctionalTests.Interop;

/// <content>Requests, responses, failures and Cancel.</content>
internal sealed partial class ReferencePeerTalk
{
    private const uint LastRequest = (1 << 28) - 1;

    private readonly Dictionary<uint, ReferencePeerCall> _calls = [];
    private readonly HashSet<uint> _serving = [];
    private readonly HashSet<uint> _cancelled = [];

    /// <summary>What each request of the other side belongs to, in hex as in <c>traceparent</c>, where that was said.</summary>
    public Dictionary<uint, string> Traces { get; } = [];

    /// <summary>The number of the next request.</summary>
    public uint NextRequest { get; set; }

    /// <summary>The requests of the other side that have had no answer yet.</summary>
    public int Serving => Read(() => _serving.Count);

    /// <summary>Sends a request, in pieces of these sizes, and waits for its answer.</summary>
    public async Task<ReferencePeerAnswer> RequestAsync(string protocol, byte[] payload, params int[] cuts) =>
        await AnswerAsync(await BeginRequestAsync(protocol, payload, cuts));

    public async Task<ReferencePeerCall> BeginRequestAsync(string protocol, byte[] payload, params int[] cuts)
    {
        var number = NumberOf(protocol);
        var call = Read(() =>
        {
            var next = new ReferencePeerCall(NextRequest);
            NextRequest = NextRequest == LastRequest ? 0 : NextRequest + 1;
            _calls.Add(next.Number, next);
            return next;
        });
        await SendPayloadAsync(protocol, payload, cuts, (piece, last) => last
            ? ReferencePeerFrames.Request(number, call.Number, piece.Span)
            : ReferencePeerFrames.RequestPart(number, call.Number, piece.Span));
        return call;
    }

    public async Task<ReferencePeerAnswer> AnswerAsync(ReferencePeerCall call)
    {
        await UntilAsync(() => call.Answer is not null, $"the answer to {call.Number}");
        return call.Answer!;
    }

    public Task CancelAsync(ReferencePeerCall call) => SendAsync(ReferencePeerFrames.Cancel(call.Number));

    /// <summary>Waits until the other side no longer wants this answer.</summary>
    public Task UntilCancelledAsync(uint request) => UntilAsync(() => _cancelled.Contains(request), $"the Cancel of {request}");

    public Task RespondAsync(ReferencePeerArrival request, byte[] payload, params int[] cuts) =>
        SendAnswerAsync(request, ResponseOf(request.Request!.Value, payload, cuts));

    /// <summary>Answers several at once, a piece of each in turn.</summary>
    public async Task RespondMixedAsync(IEnumerable<(ReferencePeerArrival Request, byte[] Payload)> answers, int cut)
    {
        var open = new List<(ReferencePeerArrival Request, Queue<ReferencePeerFrame> Frames)>(answers.Select(answer =>
            (answer.Request, new Queue<ReferencePeerFrame>(ResponseOf(answer.Request.Request!.Value, answer.Payload, cut)))));
        while (open.Count > 0)
        {
            foreach (var (request, frames) in open)
            {
                var frame = frames.Dequeue();
                await (frames.Count == 0 ? SendAnswerAsync(request, frame) : SendAsync(frame));
            }

            open.RemoveAll(one => one.Frames.Count == 0);
        }
    }

    public Task FailAsync(ReferencePeerArrival request, uint code, string text) =>
        SendAnswerAsync(request, ReferencePeerFrames.Failure(request.Request!.Value, code, text));

    private static IEnumerable<ReferencePeerFrame> ResponseOf(uint request, byte[] payload, params int[] cuts)
    {
        for (int at = 0, i = 0; i == 0 || at < payload.Length; i++)
        {
            var size = Math.Min(payload.Length - at, cuts.Length > 0 ? cuts[i % cuts.Length] : ReferencePeerFrame.MaxBody - 8);
            var piece = payload.AsSpan(at, size);
            at += size;
            yield return at == payload.Length
                ? ReferencePeerFrames.Response(request, piece)
                : ReferencePeerFrames.ResponsePart(request, piece);
        }
    }

    // The number is free for the other side as soon as the last byte of the answer can have reached it.
    private Task SendAnswerAsync(ReferencePeerArrival request, params IEnumerable<ReferencePeerFrame> frames)
    {
        Read(() => _serving.Remove(request.Request!.Value));
        return SendAsync(frames);
    }

    // Kinder receivers skip what is malformed; a node is to send nothing of the kind.
    private void TakeTraceContext(uint request, byte[] ids)
    {
        if (_serving.Contains(request) || ids.Take(16).All(b => b == 0) || ids.Skip(16).Take(8).All(b => b == 0) || ids[24] > 1)
        {
            throw new ReferencePeerException($"A trace context of {request}: {Convert.ToHexStringLower(ids)}.");
        }

        var hex = Convert.ToHexStringLower(ids);
        Traces[request] = $"00-{hex[..32]}-{hex[32..48]}-{hex[48..]}";
    }

    private void TakeResponse(uint number, ReferencePeerBody body, bool last)
    {
        var call = CallOf(number);
        call.Pieces.AddRange(body.Rest(min: last ? 0 : 1));
        if (call.Pieces.Count > _peer.Options.MaxMessage)
        {
            throw new ReferencePeerException($"The response to {number} has {call.Pieces.Count} bytes.");
        }

        if (last)
        {
            _calls.Remove(number);
            call.Answer = new ReferencePeerAnswer([.. call.Pieces]);
        }
    }

    private void TakeFailure(uint number, uint code, byte[] text)
    {
        var call = CallOf(number);
        _calls.Remove(number);
        call.Answer = new ReferencePeerAnswer(null, code, Encoding.UTF8.GetString(text));
    }

    private ReferencePeerCall CallOf(uint number) =>
        _calls.TryGetValue(number, out var call) ? call : throw new ReferencePeerException($"Request {number} is not in flight.");
}
