namespace Vix.P2p.Simulation.Timing;

/// <summary>When an event's turn is. Of those that are due at once the seed chooses who goes first.</summary>
internal readonly record struct Due(long At, ulong Tie) : IComparable<Due>
{
    public int CompareTo(Due other)
    {
        int byTime = At.CompareTo(other.At);
        return byTime != 0 ? byTime : Tie.CompareTo(other.Tie);
    }
}
