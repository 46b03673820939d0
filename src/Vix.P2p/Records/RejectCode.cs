namespace Vix.P2p.Records;

/// <summary>The body of a Reject. A code that is not here is a refusal all the same.</summary>
internal enum RejectCode : byte
{
    Full = 1,
    NotAllowed = 2,
    Duplicate = 3,
    Self = 4,
    ShuttingDown = 5,
    Incompatible = 6,
}
