using System.Runtime.CompilerServices;

namespace Vix.P2p.Diagnostics;

/// <summary>
/// The last items of something that goes on, each at a position that only rises. Whoever follows it keeps only a
/// position, so a slow one costs nothing and holds up nobody: it finds its place gone and is told so.
/// </summary>
internal sealed class History<T>(int capacity)
{
    private const int Batch = 64;

    private readonly Lock _gate = new();
    private readonly Pulse _pulse = new();
    private (long Position, T Item)[] _ring = [];
    private int _first;
    private int _count;
    private long _last;
    private long _dropped;
    private bool _completed;

    /// <summary>The position of the newest item; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
                return _last;
        }
    }

    /// <param name="position">Above that of the item before.</param>
    public void Add(long position, T item)
    {
        lock (_gate)
        {
            if (_count == _ring.Length && _count < capacity)
                Grow();
            if (_count == _ring.Length)
            {
                _dropped = _ring[_first].Position;
                _ring[_first] = (position, item);
                _first = (_first + 1) % _ring.Length;
            }
            else
                _ring[(_first + _count++) % _ring.Length] = (position, item);
            _last = position;
        }

        _pulse.Beat();
    }

    /// <summary>Nothing is added any more: those who follow come to their end.</summary>
    public void Complete()
    {
        lock (_gate)
            _completed = true;
        _pulse.Beat();
    }

    /// <summary>What is kept, oldest first.</summary>
    public IReadOnlyList<T> Snapshot()
    {
        lock (_gate)
        {
            var items = new T[_count];
            for (int i = 0; i < _count; i++)
                items[i] = _ring[(_first + i) % _ring.Length].Item;
            return items;
        }
    }

    /// <summary>The items after a position, and then those to come.</summary>
    /// <param name="missed">
    /// Makes what stands for items that are gone, at the position where it goes on, which is then the newest one; null
    /// to go on with the oldest that is kept.
    /// </param>
    public async IAsyncEnumerable<T> FollowAsync(long after, Func<long, T>? missed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new T[Batch];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task next = _pulse.Next;
            int count = Read(ref after, batch, skip: missed is not null, out bool gap, out bool end);
            if (gap && missed is not null)
                yield return missed(after);
            for (int i = 0; i < count; i++)
                yield return batch[i];
            if (count > 0 || gap)
                continue;
            if (end)
                yield break;
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private int Read(ref long after, T[] batch, bool skip, out bool gap, out bool end)
    {
        lock (_gate)
        {
            end = _completed;
            gap = after < _dropped;
            if (gap && skip)
            {
                after = _last;
                return 0;
            }

            int count = 0;
            for (int i = Find(after); i < _count && count < batch.Length; i++)
                (after, batch[count++]) = _ring[(_first + i) % _ring.Length];
            return count;
        }
    }

    // The place of the first item after a position.
    private int Find(long after)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ring[(_first + middle) % _ring.Length].Position <= after)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void Grow()
    {
        var larger = new (long, T)[Math.Min(capacity, Math.Max(16, _ring.Length * 2))];
        for (int i = 0; i < _count; i++)
            larger[i] = _ring[(_first + i) % _ring.Length];
        _ring = larger;
        _first = 0;
    }
}
