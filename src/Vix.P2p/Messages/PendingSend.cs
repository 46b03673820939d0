using System.Threading.Tasks.Sources;
using Vix.P2p.Connections;

namespace Vix.P2p.Messages;

/// <summary>
/// Somebody who waits for room or credit, with what is to be sent. Used again and again; its members belong to the
/// writer's gate until it is completed, and to the awaiter from then on.
/// </summary>
internal sealed class PendingSend : IValueTaskSource
{
    private readonly Outbox _outbox;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;

    public PendingSend(Outbox outbox) => _outbox = outbox;

    public PendingSend? Next { get; set; }

    public PendingSend? Previous { get; set; }

    /// <summary>The lane it waits in; null when it does not.</summary>
    public SendLane? Lane { get; private set; }

    public OutgoingFrame Frame { get; private set; }

    /// <summary>Decides the frame when its turn has come, for what is numbered in the order of sending; null where it is decided.</summary>
    public Func<OutgoingFrame>? AtTurn { get; private set; }

    /// <summary>The protocol, for the exception.</summary>
    public string? Protocol { get; set; }

    /// <summary>What is left to send.</summary>
    public ReadOnlyMemory<byte> Rest { get; private set; }

    /// <summary>Some of the payload is in the queue already.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>When it began to wait.</summary>
    public long Began { get; private set; }

    /// <summary>How long it waited, once it does no longer.</summary>
    public TimeSpan Waited { get; set; }

    public ValueTask Task => new(this, _core.Version);

    /// <summary>Which use it is.</summary>
    public short Version => _core.Version;

    /// <summary>Under the gate: whether that use of it still waits.</summary>
    public bool IsWaiting(short version) => Lane is not null && _core.Version == version;

    public void Begin(SendLane lane, in OutgoingFrame frame, ReadOnlyMemory<byte> payload, Func<OutgoingFrame>? atTurn, long now)
    {
        Lane = lane;
        Frame = frame;
        AtTurn = atTurn;
        Rest = payload;
        Began = now;
        IsBegun = false;
        lane.Enqueue(this);
    }

    /// <summary>Outside the gate: the token may be cancelled by now, and its callback enters the gate.</summary>
    public void Watch(CancellationToken token)
    {
        _token = token;
        if (token.CanBeCanceled)
            _registration = token.UnsafeRegister(static (state, _) => ((PendingSend)state!).Cancel(), this);
    }

    public void Advance(int bytes)
    {
        Rest = Rest[bytes..];
        IsBegun = true;
    }

    public void Complete(Exception? exception)
    {
        Lane!.Remove(this);
        Lane = null;
        AtTurn = null;
        Rest = default;
        if (exception is null)
            _core.SetResult(true);
        else
            _core.SetException(exception);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    public void GetResult(short token)
    {
        // Whoever awaits a second time must not take it from its next user.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("It has not been sent yet.");
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            // Waits for a callback that runs at this moment, so that it cannot meet the next use.
            _registration.Dispose();
            _registration = default;
            _token = default;
            _core.Reset();
            _outbox.Return(this);
        }
    }

    private void Cancel() => _outbox.Cancel(this, _token);
}
