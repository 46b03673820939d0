namespace Vix.P2p.Simulation.Timing;

/// <summary>Something that has its moment.</summary>
internal interface IScheduled
{
    /// <summary>Whether it still is to happen; a timer that was set anew is not, at its old moment.</summary>
    bool IsWanted(long stamp);

    void Happen();
}
