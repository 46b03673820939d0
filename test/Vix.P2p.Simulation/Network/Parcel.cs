namespace Vix.P2p.Simulation.Network;

/// <summary>What is under way one way: bytes, the end of them, or a reset.</summary>
internal sealed class Parcel(ParcelKind kind, byte[] bytes, long due)
{
    public ParcelKind Kind => kind;

    public byte[] Bytes => bytes;

    /// <summary>How far they have come out at the other end.</summary>
    public int Taken { get; set; }

    public long DueAt { get; set; } = due;
}
