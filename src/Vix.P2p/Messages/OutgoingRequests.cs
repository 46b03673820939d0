using System.Buffers;
using System.Diagnostics;
using Vix.P2p.Connections;

namespace Vix.P2p.Messages;

/// <summary>
/// The requests that this side has made on one connection and that are not answered yet. Each has a number; where all
/// are taken, callers wait in a row. Where both are needed, the writer's gate is entered inside of this one's. How they
/// end is in OutgoingRequests.Answers.cs, how they are measured in OutgoingRequests.Observing.cs.
/// </summary>
internal sealed partial class OutgoingRequests
{
    private const int SparesKept = 64;

    private readonly PeerChannel _channel;
    private readonly RequestDeadlines _deadlines;
    private readonly RequestSlots _slots;
    private readonly Lock _gate = new();
    private readonly Stack<PendingRequest> _spares = new(0);
    private readonly LinkedList<PendingRequest> _waiting = new();
    private P2pReason _closed;

    public OutgoingRequests(PeerChannel channel)
    {
        _channel = channel;
        _slots = new RequestSlots(channel.Settings.RequestsPerPeer);
        _deadlines = new RequestDeadlines(channel.Settings.Time, Expire);
    }

    /// <summary>The numbers that are taken, those of requests that were given up included.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
                return _slots.Taken;
        }
    }

    /// <summary>Where the arrays of responses come from.</summary>
    public ArrayPool<byte> Pool => _channel.Settings.Received.Pool;

    /// <summary>Callers that wait for a number.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>The numbers that were ever taken at once.</summary>
    public int Numbers
    {
        get
        {
            lock (_gate)
                return _slots.Used;
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> RequestAsync(string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadOnlyMemory<byte>>(cancellationToken);
        return IsObserved(protocol) ? ObserveAsync(protocol, payload, cancellationToken) : AskAsync(protocol, payload, cancellationToken);
    }

    public ValueTask RequestAsync(string protocol, ReadOnlyMemory<byte> payload, IBufferWriter<byte> response, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return IsObserved(protocol) ? ObserveAsync(protocol, payload, response, timeout, cancellationToken) : AskAsync(protocol, payload, response, timeout, cancellationToken);
    }

    /// <summary>Outside the gate: takes back what has been awaited.</summary>
    public void Return(PendingRequest request)
    {
        lock (_gate)
        {
            if (_spares.Count < SparesKept)
                _spares.Push(request);
        }
    }

    private ValueTask<ReadOnlyMemory<byte>> AskAsync(string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (!TryBegin(protocol, payload, null, _channel.Settings.RequestTimeout, cancellationToken, out PendingRequest? request, out P2pSendException? refused))
            return ValueTask.FromException<ReadOnlyMemory<byte>>(refused);
        return request.IsUnderWay ? request.Response : FinishAsync(request, payload);
    }

    private ValueTask AskAsync(string protocol, ReadOnlyMemory<byte> payload, IBufferWriter<byte> response, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!TryBegin(protocol, payload, response, timeout, cancellationToken, out PendingRequest? request, out P2pSendException? refused))
            return ValueTask.FromException(refused);
        return request.IsUnderWay ? request.Written : FinishWritingAsync(request, payload);
    }

    private bool TryBegin(
        string protocol,
        ReadOnlyMemory<byte> payload,
        IBufferWriter<byte>? writer,
        TimeSpan timeout,
        CancellationToken cancellationToken,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingRequest? request,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out P2pSendException? refused)
    {
        request = null;
        SendProtocol? to = _channel.Find(protocol);
        refused = to is null ? _channel.Fault(P2pReason.ProtocolNotSupported, protocol)
            : payload.Length > _channel.Remote.MaxMessage ? _channel.Fault(P2pReason.MessageTooLarge, protocol, payload.Length)
            : null;
        if (refused is not null)
            return false;
        Activity? trace = _channel.Settings.Telemetry?.Carried;
        int number;
        lock (_gate)
        {
            if (_closed != P2pReason.None)
            {
                refused = _channel.Fault(_closed, protocol);
                return false;
            }

            request = _spares.TryPop(out PendingRequest? spare) ? spare : new PendingRequest(this);
            request.Begin(to!, writer, _deadlines.After(timeout), trace);
            number = Enter(request);
            _deadlines.Watch(request.Deadline);
        }

        if (number != PendingRequest.NoNumber)
            Send(request, number, payload);
        request.Watch(cancellationToken);
        return true;
    }

    // Whoever came first has the first number that gets free.
    private int Enter(PendingRequest request)
    {
        if (_waiting.Count == 0 && _slots.TryTake(request, out int number))
            return request.Number = number;
        request.Place = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        request.Node = _waiting.AddLast(request);
        return PendingRequest.NoNumber;
    }

    private void Send(PendingRequest request, int number, ReadOnlyMemory<byte> payload)
    {
        SendProtocol to = request.Protocol;
        P2pReason reason = _channel.Put(to.Lane, to.Name, OutgoingFrame.Request(to.Number, number, request.Trace), payload, out PendingSend? waiting);
        if (waiting is null)
        {
            Settle(request, reason == P2pReason.None ? null : _channel.Fault(reason, to.Name));
            return;
        }

        lock (_gate)
        {
            request.WaitFor(waiting);
            // Given up before there was anything to withdraw.
            if (request.IsDone)
                Withdraw(request);
        }

        _channel.Wake();
    }

    private async ValueTask<ReadOnlyMemory<byte>> FinishAsync(PendingRequest request, ReadOnlyMemory<byte> payload)
    {
        await PassAsync(request, payload).ConfigureAwait(false);
        return await request.Response.ConfigureAwait(false);
    }

    private async ValueTask FinishWritingAsync(PendingRequest request, ReadOnlyMemory<byte> payload)
    {
        await PassAsync(request, payload).ConfigureAwait(false);
        await request.Written.ConfigureAwait(false);
    }

    // Waits for a number, then for the request to be in the send queue. Throws nothing: the outcome is the request's.
    private async Task PassAsync(PendingRequest request, ReadOnlyMemory<byte> payload)
    {
        if (request.Place is { } place)
        {
            if (!await place.Task.ConfigureAwait(false) || !TryStart(request, out int number))
                return;
            Send(request, number, payload);
        }

        if (request.Sending is not { } sending)
            return;
        Exception? fault = null;
        try
        {
            await sending.Task.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            fault = e;
        }

        Settle(request, fault);
    }

    private bool TryStart(PendingRequest request, out int number)
    {
        lock (_gate)
        {
            number = request.Number;
            if (request.IsDone)
                Free(number);
            return !request.IsDone;
        }
    }

    // The request is in the send queue, or never will be.
    private void Settle(PendingRequest request, Exception? fault)
    {
        bool decided = false;
        bool late = false;
        lock (_gate)
        {
            request.WaitFor(null);
            request.IsSent = fault is null;
            if (fault is not null)
            {
                // Discarded, or not begun: no answer is due.
                decided = request.TryDecide(keep: false, _channel.Settings.Received);
                if (request.Number != PendingRequest.NoNumber)
                    Free(request.Number);
            }
            else if (request.IsDone && request.Number != PendingRequest.NoNumber)
            {
                late = true;
                Abandon(request);
            }
        }

        if (decided)
            request.Complete(fault);
        if (late)
            _channel.Wake();
    }
}
