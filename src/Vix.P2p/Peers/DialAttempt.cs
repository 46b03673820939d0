using System.Diagnostics;

namespace Vix.P2p.Peers;

/// <summary>One dial, shared by everyone who asked for its endpoint while it is under way.</summary>
internal sealed class DialAttempt(AttemptHistory.Entry entry, PeerRow row)
{
    private readonly CancellationTokenSource _cancel = new();
    private int _cancelReason;

    /// <summary>What is kept of it when it is over; under the table's lock.</summary>
    public AttemptHistory.Entry Entry => entry;

    public string Id => entry.Id;

    public PeerEndpoint Endpoint => entry.Endpoint;

    public PeerId? ExpectedId => entry.ExpectedId;

    /// <summary>What it was asked for in; default where the node dials by itself. Set before it is started.</summary>
    public ActivityContext Caller { get; set; }

    /// <summary>Its row; under the table's lock, for it moves to the peer's row when the id is proven.</summary>
    public PeerRow Row { get; set; } = row;

    /// <summary>What it holds once it has sent Finish; under the table's lock.</summary>
    public PeerLink? Link { get; set; }

    /// <summary>This side's address once the transport has a connection; under the table's lock.</summary>
    public string? Local { get; set; }

    /// <summary>The other side's address, likewise.</summary>
    public string? Remote { get; set; }

    /// <summary>Completes when the peer is Ready, or fails with <see cref="P2pConnectException"/>.</summary>
    public TaskCompletionSource<PeerInfo> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>Why it was cancelled; None when it was not.</summary>
    public P2pReason CancelReason => (P2pReason)Volatile.Read(ref _cancelReason);

    /// <summary>Ends the dial; the first reason stands. Never under the table's lock: callbacks run here.</summary>
    public void Cancel(P2pReason reason)
    {
        Interlocked.CompareExchange(ref _cancelReason, (int)reason, 0);
        _cancel.Cancel();
    }

    /// <summary>Ends the waiting of all who share it.</summary>
    public void Fail(P2pReason reason, string detail)
    {
        Done.TrySetException(new P2pConnectException(Endpoint, reason, $"Connecting {Endpoint} failed ({reason.ToCode()}): {detail}"));
        // Nobody may be waiting; a failure that no one awaits is not an error of the program.
        _ = Done.Task.Exception;
    }
}
