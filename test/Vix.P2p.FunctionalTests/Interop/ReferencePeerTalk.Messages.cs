namespace Vix.P2p.FunctionalTests.Interop;

/// <content>Messages, and what they share with requests: pieces, order and credit.</content>
internal sealed partial class ReferencePeerTalk
{
    /// <summary>The most a side may hold back of a protocol's credit, and one more.</summary>
    public const int HeldBack = 196_608;

    private const int Gathered = 64 * 1024;

    private readonly ReferencePeerLane[] _lanes;
    private readonly ReferencePeerWay[] _ways;
    private readonly List<ReferencePeerArrival> _arrivals = [];
    private readonly Dictionary<ReferencePeerArrival, long> _costs = new(ReferenceEqualityComparer.Instance);

    /// <summary>The credit with which this side sends under a protocol of theirs.</summary>
    public ReferencePeerCredit SendCredit(string protocol) => _ways[NumberOf(protocol)].Credit;

    /// <summary>The credit with which they send under a protocol of this side.</summary>
    public ReferencePeerCredit ReceiveCredit(string protocol) => _lanes[_own.IndexOf(protocol)].Credit;

    /// <summary>The number of a protocol in the other side's list.</summary>
    public byte NumberOf(string protocol)
    {
        var number = _theirs.IndexOf(protocol);
        return number >= 0 ? (byte)number : throw new InvalidOperationException($"The other side does not speak {protocol}.");
    }

    /// <summary>Sends a message in pieces of these sizes, over and over; without sizes in one piece if a frame can hold it.</summary>
    public Task SendMessageAsync(string protocol, byte[] payload, params int[] cuts)
    {
        var number = NumberOf(protocol);
        return SendPayloadAsync(protocol, payload, cuts, (piece, last) => last
            ? ReferencePeerFrames.Message(number, piece.Span)
            : ReferencePeerFrames.MessagePart(number, piece.Span));
    }

    /// <summary>The next message or request of a protocol of this side, in the order in which they came; pays for it.</summary>
    public async Task<ReferencePeerArrival> ReceiveAsync(string protocol)
    {
        var arrival = await PeekAsync(protocol);
        await PayAsync(arrival);
        return arrival;
    }

    /// <summary>Takes the next one and holds back what it has cost.</summary>
    public async Task<ReferencePeerArrival> PeekAsync(string protocol)
    {
        ReferencePeerArrival? arrival = null;
        await UntilAsync(
            () =>
            {
                arrival = _arrivals.Find(one => one.Protocol == protocol);
                return arrival is not null && _arrivals.Remove(arrival);
            },
            $"a message of {protocol}");
        return arrival!;
    }

    /// <summary>Says that one has been dealt with.</summary>
    public async Task PayAsync(ReferencePeerArrival arrival)
    {
        var lane = _own.IndexOf(arrival.Protocol);
        var repaid = Read(() =>
        {
            if (_costs.Remove(arrival, out var cost))
            {
                _lanes[lane].Credit.Owed += cost;
            }

            return _lanes[lane].Credit.Repay(HeldBack);
        });
        if (repaid > 0)
        {
            await SendAsync(ReferencePeerFrames.Credit((byte)lane, (uint)repaid));
        }
    }

    /// <summary>Waits until the other side holds back no more than it may of what it has dealt with.</summary>
    public Task UntilRepaidAsync(string protocol)
    {
        var credit = SendCredit(protocol);
        return UntilAsync(() => credit.Available > credit.Initial - HeldBack, $"the credit of {protocol}");
    }

    // Frames are gathered as long as there is credit, so that records hold many of them and end within one.
    private async Task SendPayloadAsync(
        string protocol, byte[] payload, int[] cuts, Func<ReadOnlyMemory<byte>, bool, ReferencePeerFrame> frame)
    {
        var way = _ways[NumberOf(protocol)];
        await way.Turn.WaitAsync();
        try
        {
            var gathered = new List<ReferencePeerFrame>();
            var bytes = 0;
            for (int at = 0, i = 0; i == 0 || at < payload.Length; i++)
            {
                var size = Math.Min(payload.Length - at, cuts.Length > 0 ? cuts[i % cuts.Length] : ReferencePeerFrame.MaxBody - 8);
                var cost = ReferencePeerLane.CostOf(size);
                if (bytes > Gathered || !Read(() => way.Credit.Available >= cost))
                {
                    await SendAsync(gathered);
                    gathered.Clear();
                    bytes = 0;
                }

                await UntilAsync(() => way.Credit.TrySpend(cost), $"credit for {protocol}");
                gathered.Add(frame(payload.AsMemory(at, size), at + size == payload.Length));
                bytes += size;
                at += size;
            }

            await SendAsync(gathered);
        }
        finally
        {
            way.Turn.Release();
        }
    }

    private void TakePiece(ReferencePeerLane lane, uint? request, ReferencePeerBody body, bool last)
    {
        if (lane.Begins(request) && request is { } number && !_serving.Add(number))
        {
            throw new ReferencePeerException($"Request {number} is in flight.");
        }

        if (lane.Take(request, body.Rest(min: last ? 0 : 1), last) is var (arrival, cost))
        {
            _arrivals.Add(arrival);
            _costs.Add(arrival, cost);
        }
    }

    private void TakeDiscard(ReferencePeerLane lane)
    {
        if (lane.Discard() is { } request)
        {
            _serving.Remove(request);
        }
    }
}
