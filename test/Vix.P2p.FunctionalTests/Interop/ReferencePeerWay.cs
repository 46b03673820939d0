namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The messages and requests that go out under one protocol: its credit, and whose turn it is.</summary>
internal sealed class ReferencePeerWay(string protocol, int maxMessage)
{
    public ReferencePeerCredit Credit { get; } = new(protocol, ReferencePeerLane.InitialCredit(maxMessage));

    /// <summary>Held from the first piece of a payload to its last, so that pieces are not mixed.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);
}
