using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Vix.P2p.Peers;

/// <summary>Hands the table's changes to those who watch; a slow one loses events and is told so, and holds up nobody.</summary>
internal sealed class PeerEventHub(TimeProvider time)
{
    /// <summary>Events kept for one watcher.</summary>
    public const int Capacity = 256;

    private readonly Lock _gate = new();
    private Watcher[] _watchers = [];
    private bool _completed;

    public void Publish(PeerEvent change)
    {
        foreach (Watcher watcher in Volatile.Read(ref _watchers))
            watcher.Offer(change);
    }

    public void Complete()
    {
        lock (_gate)
            _completed = true;
        foreach (Watcher watcher in Volatile.Read(ref _watchers))
            watcher.Channel.Writer.TryComplete();
    }

    /// <param name="revision">The table's revision at this moment, for Resync.</param>
    public async IAsyncEnumerable<PeerEvent> WatchAsync(Func<long> revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Watcher watcher = Add();
        try
        {
            while (await watcher.Channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (watcher.Channel.Reader.TryRead(out PeerEvent? change))
                    yield return change;
                // What was lost came after what has just been read, and before anything that comes now.
                if (watcher.TakeMissed())
                    yield return new PeerEvent(PeerEventKind.Resync, revision(), time.GetUtcNow(), Peer: null, P2pReason.None);
            }
        }
        finally
        {
            Remove(watcher);
        }
    }

    private Watcher Add()
    {
        var watcher = new Watcher();
        lock (_gate)
        {
            if (_completed)
                watcher.Channel.Writer.TryComplete();
            else
                _watchers = [.. _watchers, watcher];
        }

        return watcher;
    }

    private void Remove(Watcher watcher)
    {
        lock (_gate)
            _watchers = [.. _watchers.Where(other => other != watcher)];
    }

    private sealed class Watcher
    {
        private readonly Lock _gate = new();
        private bool _missed;

        public Channel<PeerEvent> Channel { get; } = System.Threading.Channels.Channel.CreateBounded<PeerEvent>(
            new BoundedChannelOptions(Capacity) { SingleReader = true });

        // Once one is lost all are, until the watcher has heard of it; else a gap could hide between two events. The
        // lock makes look and write one step: a mark set after the watcher took it would leave an empty channel that
        // nothing is written to any more.
        public void Offer(PeerEvent change)
        {
            lock (_gate)
                _missed = _missed || !Channel.Writer.TryWrite(change);
        }

        public bool TakeMissed()
        {
            lock (_gate)
            {
                bool missed = _missed;
                _missed = false;
                return missed;
            }
        }
    }
}
