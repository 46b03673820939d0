using System.Runtime.CompilerServices;
using Vix.P2p.Connections;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <summary>The direction of a stream that goes: its lane, and how it ends. Its fields belong to the writer's gate.</summary>
internal sealed class StreamSender(StreamState stream, Outbox outbox, string protocol, long credit)
{
    private readonly SendLane _lane = new(credit, leastCost: 0);
    private OutgoingFrame _data;
    private OutgoingFrame _end;
    private int _busy;

    /// <summary>StreamEnd is in the queue.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Why nothing more is taken; null while it is.</summary>
    public StreamFault? Fault { get; private set; }

    /// <summary>The stream has its number; under the gate, before anything is sent.</summary>
    public void Open(int number)
    {
        _data = OutgoingFrame.StreamData(number);
        _end = OutgoingFrame.Single(FrameKind.StreamEnd, FramePrefix.Varint(number));
    }

    /// <summary>Completes when all of it is in the send queue. One call at a time.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => SendAsync(end: false, payload, cancellationToken);

    /// <summary>Completes when StreamEnd is in the send queue, and at once where it is there already.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken) => SendAsync(end: true, default, cancellationToken);

    /// <summary>The other side gives credit, under the gate; false when it is more than there can be.</summary>
    public bool TryGive(int bytes) => outbox.TryGive(_lane, bytes);

    /// <summary>Takes nothing more, under the gate; a write that waits fails.</summary>
    public void Fail(StreamFault fault)
    {
        Fault ??= fault;
        while (_lane.First is { } pending)
            outbox.Withdraw(pending, fault.ToException());
    }

    /// <summary>The other side reads no more, under the gate: the direction ends now, behind what is in the queue.</summary>
    public void Stop(StreamFault fault)
    {
        if (IsEnded)
            return;
        Fail(fault);
        outbox.AddNow(_end, default);
        Ended();
    }

    private ValueTask SendAsync(bool end, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            return ValueTask.FromException(new InvalidOperationException("A write of this stream waits already; writes come one at a time."));
        bool start;
        PendingSend? pending = null;
        Exception? refusal;
        lock (outbox.Gate)
        {
            refusal = Refusal(end);
            if (refusal is null && (end ? !IsEnded : !payload.IsEmpty))
                refusal = Add(end, payload, out pending);
            start = outbox.Claim();
        }

        if (start)
            outbox.Start();
        if (pending is not null)
            return WaitAsync(end, pending, cancellationToken);
        Volatile.Write(ref _busy, 0);
        return refusal is null ? ValueTask.CompletedTask : ValueTask.FromException(refusal);
    }

    private Exception? Refusal(bool end) =>
        end && IsEnded ? null
        : Fault is { } fault ? fault.ToException()
        : IsEnded ? new InvalidOperationException("The writes of this stream are complete.")
        : null;

    private P2pStreamException? Add(bool end, ReadOnlyMemory<byte> payload, out PendingSend? pending)
    {
        pending = null;
        P2pReason reason = outbox.TryAdd(_lane, end ? _end : _data, payload.Span, out _);
        if (reason == P2pReason.SendQueueFull)
        {
            pending = outbox.Wait(_lane, end ? _end : _data, payload, end ? EndAtTurn : null);
            pending.Protocol = protocol;
        }
        else if (reason != P2pReason.None)
            return StreamFault.Ended(reason).ToException();
        else if (end)
            Ended();
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(bool end, PendingSend pending, CancellationToken cancellationToken)
    {
        ValueTask task = pending.Task;
        pending.Watch(cancellationToken);
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_lane.IsCut)
        {
            stream.Abort(P2pErrorCode.Cancelled);
            throw;
        }
        catch (P2pStreamException) when (end && IsEnded)
        {
            // The other side had asked for the end meanwhile, and it did not wait.
        }
        catch (P2pSendException e)
        {
            throw StreamFault.Ended(e.Reason).ToException();
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private OutgoingFrame EndAtTurn()
    {
        Ended();
        return _end;
    }

    private void Ended()
    {
        IsEnded = true;
        stream.DirectionEnded();
    }
}
