using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <content>How requests end: by an answer, by a deadline, given up, or with the connection.</content>
internal sealed partial class OutgoingRequests
{
    /// <summary>Takes a Response, ResponsePart or Failure, from the read loop.</summary>
    public string? Take(FrameKind kind, ReadOnlySpan<byte> body)
    {
        int code = P2pErrorCode.None;
        if (!FrameCodec.TryTakeVarint(ref body, out int number))
            return "a malformed answer";
        if (kind == FrameKind.Failure && (!FrameCodec.TryTakeVarint(ref body, out code) || body.Length > FrameCodec.MaxFailureText))
            return "a malformed Failure";
        bool fits = true;
        PendingRequest? answered = null;
        lock (_gate)
        {
            if (_closed != P2pReason.None)
                return null;
            if (!_slots.IsTaken(number))
                return "an answer to a number that is not in flight";
            PendingRequest? caller = _slots.CallerOf(number);
            if (caller is not null && IsBeingSent(caller))
                return "an answer to a request that is not whole";
            if (kind != FrameKind.Failure)
            {
                if (_slots.Receive(number, body.Length) > _channel.Settings.MaxMessage)
                    return "a response larger than this node takes";
                fits = caller is null or { IsDone: true } || caller.TryGather(body, _channel.Settings.MaxMessage, _channel.Settings.Received);
            }

            if (fits && kind != FrameKind.ResponsePart)
                answered = Answer(number, caller, keep: kind == FrameKind.Response);
        }

        if (!fits)
            _channel.Overrun(NodeLimit.ReceiveQueueBytesTotal);
        if (kind == FrameKind.Response)
            _channel.CountIn();
        answered?.Complete(kind == FrameKind.Failure ? RemoteError.Read(code, body) : null);
        return null;
    }

    /// <summary>Outside the gate: the caller of a request waits no longer.</summary>
    public void Cancel(PendingRequest request, CancellationToken token)
    {
        bool decided;
        lock (_gate)
            decided = TryGiveUp(request);
        if (!decided)
            return;
        request.Complete(new OperationCanceledException(token));
        _channel.Wake();
    }

    /// <summary>The connection closes: what is not answered fails.</summary>
    public void Close(P2pReason reason)
    {
        List<PendingRequest> left = [];
        lock (_gate)
        {
            if (_closed != P2pReason.None)
                return;
            _closed = reason;
            _deadlines.Dispose();
            GiveUp(long.MaxValue, left);
        }

        foreach (PendingRequest request in left)
            request.Complete(_channel.Fault(reason, request.Protocol.Name));
    }

    // The timer has gone off.
    private void Expire()
    {
        List<PendingRequest> late = [];
        lock (_gate)
        {
            if (_closed != P2pReason.None)
                return;
            _deadlines.Restart(GiveUp(_deadlines.Now, late));
        }

        foreach (PendingRequest request in late)
            request.Complete(_channel.Fault(P2pReason.RequestTimeout, request.Protocol.Name));
        if (late.Count > 0)
            _channel.Wake();
    }

    // Gives up all that were to be answered by then; the next deadline.
    private long GiveUp(long by, List<PendingRequest> given)
    {
        long next = long.MaxValue;
        for (int number = 0; number < _slots.Used; number++)
        {
            if (_slots.CallerOf(number) is { IsDone: false } caller)
                Judge(caller);
        }

        for (LinkedListNode<PendingRequest>? node = _waiting.First; node is not null;)
        {
            PendingRequest caller = node.Value;
            node = node.Next;
            Judge(caller);
        }

        return next;

        void Judge(PendingRequest caller)
        {
            if (caller.Deadline > by)
                next = Math.Min(next, caller.Deadline);
            else if (TryGiveUp(caller))
                given.Add(caller);
        }
    }

    private bool TryGiveUp(PendingRequest request)
    {
        if (!request.TryDecide(keep: false, _channel.Settings.Received))
            return false;
        if (request.Node is { } node)
        {
            _waiting.Remove(node);
            request.Node = null;
            request.Place!.SetResult(false);
        }
        else if (request.IsSent)
        {
            Abandon(request);
        }
        else
        {
            // Whoever sends it finds that it is given up, and settles the rest.
            Withdraw(request);
        }

        return true;
    }

    private PendingRequest? Answer(int number, PendingRequest? caller, bool keep)
    {
        if (caller is not null)
            caller.Number = PendingRequest.NoNumber;
        Free(number);
        return caller is not null && caller.TryDecide(keep, _channel.Settings.Received) ? caller : null;
    }

    private void Free(int number)
    {
        _slots.Free(number);
        if (_waiting.First is not { } node)
            return;
        PendingRequest next = node.Value;
        _waiting.Remove(node);
        next.Node = null;
        _slots.TryTake(next, out int taken);
        next.Number = taken;
        next.Place!.SetResult(true);
    }

    // The number stays taken until the answer comes. The Cancel is in the queue before the number can be free, for
    // behind that it would mean another request.
    private void Abandon(PendingRequest request)
    {
        _slots.Orphan(request.Number);
        lock (_channel.Outbox.Gate)
            _channel.Outbox.Ask(OutgoingFrame.Single(FrameKind.Cancel, FramePrefix.Varint(request.Number)));
    }

    private void Withdraw(PendingRequest request)
    {
        if (request.Sending is not { } sending)
            return;
        lock (_channel.Outbox.Gate)
        {
            if (sending.IsWaiting(request.SendingVersion))
                _channel.Outbox.Withdraw(sending, new OperationCanceledException());
        }
    }

    private bool IsBeingSent(PendingRequest request)
    {
        if (request.Sending is not { } sending)
            return false;
        lock (_channel.Outbox.Gate)
            return sending.IsWaiting(request.SendingVersion);
    }
}
