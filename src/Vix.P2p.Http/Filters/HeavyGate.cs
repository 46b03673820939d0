namespace Vix.P2p.Http.Filters;

/// <summary>The places for heavy requests.</summary>
internal sealed class HeavyGate(int places)
{
    private int _free = places;

    /// <summary>Takes a place; null when none is free.</summary>
    public HeavyLease? TryEnter()
    {
        // Not counted down and up again: between the two, one who is refused would hide a place from another.
        int free = Volatile.Read(ref _free);
        while (free > 0)
        {
            int seen = Interlocked.CompareExchange(ref _free, free - 1, free);
            if (seen == free)
                return new HeavyLease(this);
            free = seen;
        }

        return null;
    }

    internal void Leave() => Interlocked.Increment(ref _free);
}
