using System.Collections.Concurrent;
using Vix.P2p.Connections;
using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Testing;

/// <summary>Keeps what a connection tells, in its order.</summary>
internal sealed class RecordingObserver : IConnectionObserver
{
    private readonly ConcurrentQueue<string> _told = new();
    private readonly TaskCompletionSource<Introduction> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Told => [.. _told];

    public Task<Introduction> WhenReady => _ready.Task;

    public void Ready(Introduction introduction)
    {
        _told.Enqueue("ready " + introduction.NodeId);
        _ready.SetResult(introduction);
    }

    public void Rejected(RejectCode code) => _told.Enqueue("rejected " + code);

    public void Closing(P2pReason reason) => _told.Enqueue("closing " + reason);

    public void StaleChanged(bool stale) => _told.Enqueue(stale ? "stale" : "alive");
}
