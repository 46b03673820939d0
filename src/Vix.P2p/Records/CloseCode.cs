namespace Vix.P2p.Records;

/// <summary>The body of a Close.</summary>
internal enum CloseCode : byte
{
    Normal = 0,
    ShuttingDown = 1,
    Duplicate = 2,
    Stale = 3,
    ProtocolError = 4,
    Overload = 5,
    Banned = 6,
}
