namespace Vix.P2p.Simulation.Network;

internal enum ParcelKind
{
    Bytes,
    End,
    Reset,
}
