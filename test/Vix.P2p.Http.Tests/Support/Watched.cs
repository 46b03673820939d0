using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>What a fake node is watched for: a test says what comes, and sees who watches.</summary>
internal sealed class Watched<T>
{
    private readonly List<Channel<T>> _watchers = [];
    private readonly List<long> _places = [];
    private bool _ended;

    /// <summary>Those who watch at this moment.</summary>
    public int Count
    {
        get
        {
            lock (_watchers)
                return _watchers.Count;
        }
    }

    /// <summary>The places from which it was watched, in order.</summary>
    public IReadOnlyList<long> Places
    {
        get
        {
            lock (_watchers)
                return [.. _places];
        }
    }

    /// <summary>What each new watcher finds.</summary>
    public List<T> Kept { get; } = [];

    public void Add(T item)
    {
        lock (_watchers)
        {
            foreach (Channel<T> watcher in _watchers)
                watcher.Writer.TryWrite(item);
        }
    }

    /// <summary>Comes to its end, or to a failure.</summary>
    public void End(Exception? failure = null)
    {
        lock (_watchers)
        {
            _ended = true;
            foreach (Channel<T> watcher in _watchers)
                watcher.Writer.TryComplete(failure);
        }
    }

    public async IAsyncEnumerable<T> WatchAsync(long after, [EnumeratorCancellation] CancellationToken leaving)
    {
        var channel = Channel.CreateUnbounded<T>();
        lock (_watchers)
        {
            _places.Add(after);
            _watchers.Add(channel);
            foreach (T item in Kept)
                channel.Writer.TryWrite(item);
            if (_ended)
                channel.Writer.TryComplete();
        }

        try
        {
            await foreach (T item in channel.Reader.ReadAllAsync(leaving))
                yield return item;
        }
        finally
        {
            lock (_watchers)
                _watchers.Remove(channel);
        }
    }
}
