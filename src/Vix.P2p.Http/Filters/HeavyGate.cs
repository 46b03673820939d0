namespace Vix.P2p.Http.Filters;

/// <summary>The places for heavy requests.</summary>
internal sealed class HeavyGate(int places)
{
    private int _free = places;

    /// <summary>Takes a place; null when none is free.</summary>
    public HeavyLease? TryEnter()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
            return new HeavyLease(this);
        Interlocked.Increment(ref _free);
        return null;
    }

    internal void Leave() => Interlocked.Increment(ref _free);
}
