namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>A request of this side's that waits for its answer.</summary>
internal sealed class ReferencePeerCall(uint number)
{
    public uint Number => number;

    /// <summary>The pieces of the response that have come.</summary>
    public List<byte> Pieces { get; } = [];

    public ReferencePeerAnswer? Answer { get; set; }
}
