using System.Buffers;
using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Vix.P2p.Connections;

namespace Vix.P2p.Messages;

/// <summary>
/// Somebody who waits for an answer. Used again and again: it is the very task that the caller awaits, and whoever
/// awaits it takes the response out. Its members belong to the gate of <see cref="OutgoingRequests"/> until it is
/// completed, and to the awaiter from then on.
/// </summary>
internal sealed class PendingRequest(OutgoingRequests owner) : IValueTaskSource<ReadOnlyMemory<byte>>, IValueTaskSource
{
    /// <summary>In the place of a number: it has none, or its number is free again.</summary>
    public const int NoNumber = -1;

    // The answer is found by the read loop, which must not run what the caller does with it.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private IBufferWriter<byte>? _writer;
    private byte[] _response = [];
    private int _length;
    private int _charged;
    private bool _done;

    public int Number { get; set; } = NoNumber;

    public SendProtocol Protocol { get; private set; } = null!;

    /// <summary>What it belongs to, for the other side; null for nothing.</summary>
    public Activity? Trace { get; private set; }

    /// <summary>The timestamp at which the caller waits no longer.</summary>
    public long Deadline { get; private set; }

    /// <summary>Where it waits for a number; true when it has got one, false when it was given up. Null when it had one at once.</summary>
    public TaskCompletionSource<bool>? Place { get; set; }

    /// <summary>Its place among those that wait for a number.</summary>
    public LinkedListNode<PendingRequest>? Node { get; set; }

    /// <summary>The request itself, while it waits for room or credit.</summary>
    public PendingSend? Sending { get; private set; }

    /// <summary>Which use of <see cref="Sending"/> it is, for that is used again too.</summary>
    public short SendingVersion { get; private set; }

    /// <summary>All of the request is in the send queue.</summary>
    public bool IsSent { get; set; }

    /// <summary>It has an outcome, which the caller has been told or is being told.</summary>
    public bool IsDone => _done;

    /// <summary>Whether the caller need only await the answer.</summary>
    public bool IsUnderWay => Place is null && Sending is null;

    public ValueTask<ReadOnlyMemory<byte>> Response => new(this, _core.Version);

    public ValueTask Written => new(this, _core.Version);

    /// <param name="protocol">The other side's protocol.</param>
    /// <param name="writer">Takes the response; null for an array of its own.</param>
    /// <param name="deadline">The timestamp at which the caller waits no longer.</param>
    /// <param name="trace">What it belongs to.</param>
    public void Begin(SendProtocol protocol, IBufferWriter<byte>? writer, long deadline, Activity? trace)
    {
        Trace = trace;
        Protocol = protocol;
        _writer = writer;
        Deadline = deadline;
    }

    /// <summary>Outside the gate: the token may be cancelled by now, and its callback enters the gate.</summary>
    public void Watch(CancellationToken token)
    {
        _token = token;
        if (token.CanBeCanceled)
            _registration = token.UnsafeRegister(static (state, _) => ((PendingRequest)state!).Cancel(), this);
    }

    public void WaitFor(PendingSend? sending)
    {
        Sending = sending;
        SendingVersion = sending?.Version ?? 0;
    }

    /// <summary>Takes what has come of the answer; false when the node keeps as much as it may.</summary>
    public bool TryGather(ReadOnlySpan<byte> piece, int maxMessage, ByteBudget budget)
    {
        if (!budget.TryTake(piece.Length))
            return false;
        _charged += piece.Length;
        int needed = _length + piece.Length;
        if (needed > _response.Length)
        {
            // Grows with what has come, never with what may come.
            byte[] larger = owner.Pool.Rent(Math.Max(needed, Math.Min(2 * _response.Length, maxMessage)));
            _response.AsSpan(0, _length).CopyTo(larger);
            ReturnArray();
            _response = larger;
        }

        piece.CopyTo(_response.AsSpan(_length));
        _length = needed;
        return true;
    }

    /// <summary>
    /// Decides the outcome; false when it was decided already. Whoever decided calls <see cref="Complete"/>, outside the
    /// gate: a caller may have its continuation run where it likes. What is in the buffer is the caller's from now on and
    /// counts no longer, or is dropped.
    /// </summary>
    public bool TryDecide(bool keep, ByteBudget budget)
    {
        if (_done)
            return false;
        _done = true;
        budget.Give(_charged);
        _charged = 0;
        if (!keep)
        {
            ReturnArray();
            _length = 0;
        }

        return true;
    }

    public void Complete(Exception? exception)
    {
        if (exception is null)
            _core.SetResult(true);
        else
            _core.SetException(exception);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    ReadOnlyMemory<byte> IValueTaskSource<ReadOnlyMemory<byte>>.GetResult(short token)
    {
        Check(token);
        try
        {
            _core.GetResult(token);
            return _response.AsSpan(0, _length).ToArray();
        }
        finally
        {
            Release();
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        Check(token);
        try
        {
            _core.GetResult(token);
            if (_length > 0)
                _writer!.Write(_response.AsSpan(0, _length));
        }
        finally
        {
            Release();
        }
    }

    // A task that is awaited twice, or asked for its result too early, must not free what belongs to another use.
    private void Check(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The request has not been answered yet; await it.");
    }

    private void Release()
    {
        // Waits for a callback that runs at this moment, so that it cannot meet the next use.
        _registration.Dispose();
        _registration = default;
        _token = default;
        _writer = null;
        Trace = null;
        ReturnArray();
        _length = 0;
        _done = false;
        Number = NoNumber;
        Place = null;
        IsSent = false;
        _core.Reset();
        owner.Return(this);
    }

    private void ReturnArray()
    {
        if (_response.Length > 0)
            owner.Pool.Return(_response);
        _response = [];
    }

    private void Cancel() => owner.Cancel(this, _token);
}
