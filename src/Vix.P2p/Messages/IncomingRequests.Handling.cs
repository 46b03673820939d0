using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <content>The way of one request through the application's handler.</content>
internal sealed partial class IncomingRequests
{
    /// <summary>Lets the application answer; from a worker of the lane. Does not throw.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask HandleAsync(ReceiveLane lane, int number, ReadOnlyMemory<byte> payload)
    {
        if (!TryEnter(lane, number, payload, out P2pRequestContext? context, out TraceContext? trace))
        {
            await FailAsync(lane, number, P2pErrorCode.Cancelled, text: default).ConfigureAwait(false);
            return;
        }

        Observation? observed = channel.Settings.Telemetry?.BeginHandler(lane.Protocol.Name, channel.Peer.Id, channel.RemoteEndPoint, channel.Scheme, trace);
        Exception? fault = null;
        try
        {
            await lane.Protocol.OnRequest!(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            fault = e;
        }

        RequestState state = Leave(context, out CancellationTokenSource? cancellation, out bool closed);
        // The way out closes a moment before this is told.
        (int code, ReadOnlyMemory<byte> text) = Judge(lane.Protocol.Name, fault, state, closed || channel.IsEnding);
        bool replied = (state & RequestState.Answered) != 0;
        if (!replied)
            await FailAsync(lane, number, code, text).ConfigureAwait(false);
        observed?.End(Outcome(replied && fault is null, code), replied ? null : code);
        if (cancellation is not null)
            await FreeAsync(context, cancellation).ConfigureAwait(false);
        await context.DisposeScopeAsync().ConfigureAwait(false);
        // One that has not replied may have been kept to do so later, and must not answer for another request then.
        if (replied)
            Return(context);
    }

    private static P2pReason Outcome(bool good, int code) =>
        good ? P2pReason.None : code == P2pErrorCode.Cancelled ? P2pReason.Cancelled : P2pReason.RequestFailed;

    private bool TryEnter(ReceiveLane lane, int number, ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out P2pRequestContext? context, out TraceContext? trace)
    {
        context = null;
        trace = null;
        lock (_gate)
        {
            Arrived arrived = _unanswered![number];
            if (_closed || arrived.IsCancelled)
            {
                _unanswered.Remove(number);
                return false;
            }

            context = _spares is not null && _spares.TryPop(out P2pRequestContext? spare) ? spare : new P2pRequestContext(channel);
            context.Begin(lane, number, payload);
            trace = arrived.Trace;
            _unanswered[number] = new Arrived(context, IsCancelled: false, Trace: null);
            return true;
        }
    }

    // The handler has ended: what it has kept of the context answers nothing any more.
    private RequestState Leave(P2pRequestContext context, out CancellationTokenSource? cancellation, out bool closed)
    {
        lock (_gate)
        {
            RequestState state = context.State;
            context.End();
            if ((state & RequestState.Answered) == 0)
                _unanswered!.Remove(context.Number);
            (cancellation, context.Cancellation) = (context.Cancellation, null);
            if (cancellation is not null)
                _watched!.Remove(context);
            closed = _closed;
            return state;
        }
    }

    // What a handler that has ended is answered with, where it has not replied. What failed in it stays here.
    private (int Code, ReadOnlyMemory<byte> Text) Judge(string protocol, Exception? fault, RequestState state, bool closed)
    {
        bool cancelled = (state & RequestState.Cancelled) != 0;
        bool tooLarge = (state & RequestState.TooLarge) != 0;
        switch (fault)
        {
            case null:
                return (cancelled ? P2pErrorCode.Cancelled : tooLarge ? P2pErrorCode.TooLarge : P2pErrorCode.NoReply, default);
            case P2pRemoteException remote when (state & RequestState.Answered) == 0:
                return (remote.Code, RemoteError.Encode(remote.Message));
            case OperationCanceledException when cancelled || closed:
                return (P2pErrorCode.Cancelled, default);
            case P2pSendException unsent when closed && unsent.Peer == channel.Peer.Id:
                // That the connection has ended is told elsewhere.
                return (P2pErrorCode.Cancelled, default);
            default:
                channel.HandlerFailed(protocol, fault);
                return (tooLarge && fault is P2pSendException ? P2pErrorCode.TooLarge : P2pErrorCode.HandlerFailed, default);
        }
    }

    private async ValueTask FreeAsync(P2pRequestContext context, CancellationTokenSource cancellation)
    {
        try
        {
            // The callbacks of the token are the handler's own, and a source is not disposed under them.
            await (context.Cancelling ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            channel.HandlerFailed(context.Protocol, e);
        }

        context.Cancelling = null;
        cancellation.Dispose();
    }

    private void Return(P2pRequestContext context)
    {
        lock (_gate)
        {
            _spares ??= [];
            if (_spares.Count < SparesKept)
                _spares.Push(context);
        }
    }
}
