using System.Runtime.CompilerServices;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>A node's events that come faster than anybody reads.</summary>
internal sealed class EndlessEvents
{
    private int _watchers;
    private int _taken;

    /// <summary>Those who watch at this moment.</summary>
    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Events that watchers have taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public async IAsyncEnumerable<PeerEvent> WatchAsync(long after, [EnumeratorCancellation] CancellationToken leaving)
    {
        Interlocked.Increment(ref _watchers);
        try
        {
            await Task.CompletedTask;
            for (long revision = after + 1; ; revision++)
            {
                leaving.ThrowIfCancellationRequested();
                Interlocked.Increment(ref _taken);
                yield return new PeerEvent(PeerEventKind.PeerConnected, revision, SampleData.Day, SampleData.Connected, P2pReason.None);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }
}
