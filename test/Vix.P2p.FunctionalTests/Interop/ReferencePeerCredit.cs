namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The credit of one protocol or stream in one direction, as both ends of it count.</summary>
internal sealed class ReferencePeerCredit(string of, long initial)
{
    public long Initial { get; } = initial;

    /// <summary>What may still be sent.</summary>
    public long Available { get; private set; } = initial;

    /// <summary>The most there ever was.</summary>
    public long Highest { get; private set; } = initial;

    /// <summary>What was given in all, beyond the start.</summary>
    public long Given { get; private set; }

    /// <summary>What this side has dealt with and not given back yet.</summary>
    public long Owed { get; set; }

    public bool TrySpend(long cost)
    {
        if (cost > Available)
        {
            return false;
        }

        Available -= cost;
        return true;
    }

    /// <exception cref="ReferencePeerException">The other side has sent what it had no credit for.</exception>
    public void Spend(long cost)
    {
        if (!TrySpend(cost))
        {
            throw new ReferencePeerException($"{of} has credit for {Available} bytes and spends {cost}.");
        }
    }

    /// <exception cref="ReferencePeerException">There is more than 2^31-1 of it.</exception>
    public void Give(long bytes)
    {
        Available += bytes;
        Given += bytes;
        Highest = Math.Max(Highest, Available);
        if (Available > int.MaxValue)
        {
            throw new ReferencePeerException($"{of} is given credit up to {Available}.");
        }
    }

    /// <summary>What to give back now, when this side is as slow about it as it may be: nothing below the limit.</summary>
    public long Repay(long limit)
    {
        if (Owed < limit)
        {
            return 0;
        }

        var owed = Owed;
        Owed = 0;
        Give(owed);
        return owed;
    }
}
