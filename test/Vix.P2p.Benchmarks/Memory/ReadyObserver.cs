using Vix.P2p.Connections;
using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>Waits for Ready.</summary>
internal sealed class ReadyObserver : IConnectionObserver
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ready => _ready.Task;

    /// <summary>A connection that ends first is not Ready either.</summary>
    public void Watch(Task<P2pReason> run) =>
        run.ContinueWith(
            ended => _ready.TrySetException(new InvalidOperationException($"The connection ended: {ended.Result}")),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    void IConnectionObserver.Ready(Introduction introduction) => _ready.TrySetResult();

    public void Rejected(RejectCode code) => _ready.TrySetException(new InvalidOperationException($"The hub rejected: {code}"));

    public void Closing(P2pReason reason)
    {
    }

    public void StaleChanged(bool stale)
    {
    }
}
