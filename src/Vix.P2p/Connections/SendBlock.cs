namespace Vix.P2p.Connections;

/// <summary>The plaintext of one record to come: whole frames in one pooled array.</summary>
/// <param name="Array">The array; its owner returns it.</param>
/// <param name="Length">The bytes in it.</param>
/// <param name="Cost">What of it counts against the limit of the queue.</param>
/// <param name="Messages">Messages whose last piece is in it.</param>
internal readonly record struct SendBlock(byte[] Array, int Length, int Cost, int Messages);
