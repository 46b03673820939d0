namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>A whole message, or a whole request with its number, and how many pieces it came in.</summary>
internal sealed record ReferencePeerArrival(string Protocol, uint? Request, byte[] Payload, int Pieces);
