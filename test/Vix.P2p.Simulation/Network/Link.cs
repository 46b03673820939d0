namespace Vix.P2p.Simulation.Network;

/// <summary>A connection of the simulated network.</summary>
internal sealed record Link(LinkEnd Dialler, LinkEnd Accepted)
{
    /// <summary>Whether neither end has it any more and nothing is under way that somebody would take.</summary>
    public bool IsGone => IsOver(Dialler) && IsOver(Accepted);

    /// <summary>Whether both ends know what the other has said. One whose peer crashed without a word does not.</summary>
    public bool IsIdle => IsGone
        || (IsOver(Dialler) == IsOver(Accepted)
            && Dialler.Outgoing is { IsEmpty: true, IsStalled: false }
            && Accepted.Outgoing is { IsEmpty: true, IsStalled: false });

    public bool Joins(int one, int other) =>
        (Dialler.Host.Machine == one && Accepted.Host.Machine == other) || (Dialler.Host.Machine == other && Accepted.Host.Machine == one);

    private static bool IsOver(LinkEnd end) => end.IsOver || !end.Host.IsAlive;
}
