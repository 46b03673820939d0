namespace Vix.P2p.Simulation.Network;

/// <summary>A connection of the simulated network.</summary>
internal sealed record Link(LinkEnd Dialler, LinkEnd Accepted)
{
    /// <summary>Whether neither end has it any more and nothing is under way that somebody would take.</summary>
    public bool IsGone => IsOver(Dialler) && IsOver(Accepted);

    /// <summary>Whether both ends know what the other has said. One whose peer crashed without a word does not.</summary>
    public bool IsIdle => IsGone
        || (IsOver(Dialler) == IsOver(Accepted) && IsWell && Dialler.Outgoing.IsEmpty && Accepted.Outgoing.IsEmpty);

    /// <summary>Whether nothing has been done to it from which it does not recover.</summary>
    public bool IsWell => Dialler.Outgoing is { IsStalled: false, IsForged: false } && Accepted.Outgoing is { IsStalled: false, IsForged: false };

    public bool Joins(int one, int other) =>
        (Dialler.Host.Machine == one && Accepted.Host.Machine == other) || (Dialler.Host.Machine == other && Accepted.Host.Machine == one);

    private static bool IsOver(LinkEnd end) => end.IsOver || !end.Host.IsAlive;
}
