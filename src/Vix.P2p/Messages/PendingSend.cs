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

    /// <summary>When it last got on.</summary>
    public long Since { get; private set; }

    public ValueTask Task => new(this, _core.Version);

    public void Begin(SendLane lane, in OutgoingFrame frame, ReadOnlyMemory<byte> payload, long now)
    {
        Lane = lane;
        Frame = frame;
        Rest = payload;
        Began = Since = now;
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

    public void Advance(int bytes, long now)
    {
        Rest = Rest[bytes..];
        IsBegun = true;
        Since = now;
    }

    public void Complete(Exception? exception)
    {
        Lane!.Remove(this);
        Lane = null;
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
