using System.Runtime.CompilerServices;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <summary>
/// The requests that the other side has made on one connection. Each gets one answer, and whoever chooses it first has
/// chosen it: from then on its number may be used again. How they are handled is in IncomingRequests.Handling.cs.
/// </summary>
internal sealed partial class IncomingRequests(PeerChannel channel)
{
    private const int SparesKept = 64;

    private readonly Lock _gate = new();
    private Dictionary<int, Arrived>? _unanswered;
    private Stack<P2pRequestContext>? _spares;
    private HashSet<P2pRequestContext>? _watched;
    private TraceContext? _expected;
    private bool _closed;

    /// <summary>Those whose answer has not been chosen.</summary>
    public int Unanswered
    {
        get
        {
            lock (_gate)
                return _unanswered?.Count ?? 0;
        }
    }

    /// <summary>
    /// What the next request belongs to, from the read loop; null forgets what was said before. One is remembered, and it
    /// counts for nothing when another request comes.
    /// </summary>
    public void Expect(TraceContext? context) => _expected = context;

    /// <summary>A request begins to come, from the read loop; false when its number is in flight.</summary>
    /// <param name="refusal">Why it is not to be handled; <see cref="P2pErrorCode.None"/> when it is.</param>
    public bool TryBegin(ProtocolRegistration protocol, int number, out int refusal)
    {
        refusal = P2pErrorCode.None;
        TraceContext? trace = _expected?.Request == number ? _expected : null;
        _expected = null;
        lock (_gate)
        {
            _unanswered ??= [];
            if (_unanswered.ContainsKey(number))
                return false;
            if (protocol.OnRequest is null)
                refusal = P2pErrorCode.NotSupported;
            else if (_unanswered.Count >= channel.Settings.RequestsPerPeer)
                refusal = P2pErrorCode.Busy;
            else
                _unanswered.Add(number, new Arrived(null, IsCancelled: false, trace));
        }

        return true;
    }

    /// <summary>A request that is not to be handled is whole. Its answer does not wait: it is not one of the application's.</summary>
    public void Refuse(ProtocolRegistration protocol, int number, int code)
    {
        if (code == P2pErrorCode.Busy)
            channel.Settings.Limits.Reject(NodeLimit.RequestsPerPeer);
        else
            Log.NoHandler(channel.Settings.Log, channel.Peer.Id, protocol.Name, "requests");
        channel.SendNow(Failure(number, code), default);
    }

    /// <summary>It was discarded before it was whole: no answer is due.</summary>
    public void Forget(int number)
    {
        lock (_gate)
            _unanswered?.Remove(number);
    }

    /// <summary>The other side no longer waits for an answer. One that has crossed it means nothing.</summary>
    public void Cancel(int number)
    {
        lock (_gate)
        {
            if (_unanswered is null || !_unanswered.TryGetValue(number, out Arrived request))
                return;
            _unanswered[number] = request with { IsCancelled = true };
            if (request.Context is not { } context)
                return;
            context.Mark(RequestState.Cancelled);
            context.Cancelling ??= context.Cancellation?.CancelAsync();
        }
    }

    /// <summary>The connection closes: nobody waits for the answers.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (P2pRequestContext context in _watched ?? [])
                context.Cancelling ??= context.Cancellation!.CancelAsync();
        }
    }

    /// <summary>Answers with a response, from the handler.</summary>
    public ValueTask ReplyAsync(P2pRequestContext context, ReadOnlyMemory<byte> payload)
    {
        ReceiveLane lane;
        int number;
        bool cancelled;
        lock (_gate)
        {
            if ((context.State & (RequestState.Open | RequestState.Answered)) != RequestState.Open)
                return ValueTask.FromException(new InvalidOperationException((context.State & RequestState.Open) != 0 ? "The request was answered already." : "The handler of the request has ended."));
            lane = context.Lane;
            number = context.Number;
            if (payload.Length > channel.Remote.MaxMessage)
            {
                context.Mark(RequestState.TooLarge);
                return ValueTask.FromException(channel.Fault(P2pReason.MessageTooLarge, lane.Protocol.Name, payload.Length));
            }

            // Before the other side can see the answer, and use the number again.
            context.Mark(RequestState.Answered);
            _unanswered!.Remove(number);
            cancelled = (context.State & RequestState.Cancelled) != 0;
        }

        if (cancelled)
            return FailAsync(lane, number, P2pErrorCode.Cancelled, text: default);
        ValueTask sending = channel.SendAsync(lane.Responses, lane.Protocol.Name, OutgoingFrame.Response(number), payload, CancellationToken.None);
        return sending.IsCompletedSuccessfully ? sending : FollowAsync(sending, number);
    }

    /// <summary>The token of a handler, made when it is first looked at.</summary>
    public CancellationToken TokenOf(P2pRequestContext context)
    {
        lock (_gate)
        {
            if (context.Cancellation is { } known)
                return known.Token;
            if (_closed || (context.State & (RequestState.Open | RequestState.Cancelled)) != RequestState.Open)
                return new CancellationToken(canceled: true);
            context.Cancellation = new CancellationTokenSource();
            (_watched ??= []).Add(context);
            return context.Cancellation.Token;
        }
    }

    private static OutgoingFrame Failure(int number, int code) => OutgoingFrame.Single(FrameKind.Failure, FramePrefix.Varints(number, code));

    private ValueTask FailAsync(ReceiveLane lane, int number, int code, ReadOnlyMemory<byte> text)
    {
        // What is refused here is refused because the connection has ended, and then no answer is due.
        channel.Put(lane.Responses, lane.Protocol.Name, Failure(number, code), text, out PendingSend? pending);
        return pending is null ? ValueTask.CompletedTask : AwaitAsync(pending.Task, number);

        async ValueTask AwaitAsync(ValueTask sending, int number)
        {
            try
            {
                await FollowAsync(sending, number).ConfigureAwait(false);
            }
            catch (P2pSendException)
            {
                // Another was sent in its place, or the connection has ended.
            }
        }
    }

    // An answer that was given up on the way is due still.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FollowAsync(ValueTask sending, int number)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (P2pSendException)
        {
            channel.SendNow(Failure(number, P2pErrorCode.HandlerFailed), default);
            throw;
        }
    }

    /// <param name="Context">What its handler has; null while it waits for its turn.</param>
    /// <param name="IsCancelled">Nobody waits for the answer.</param>
    /// <param name="Trace">What it belongs to, as the other side says; null when it says nothing.</param>
    private readonly record struct Arrived(P2pRequestContext? Context, bool IsCancelled, TraceContext? Trace);
}
