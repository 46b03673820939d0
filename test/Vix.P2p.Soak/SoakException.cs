namespace Vix.P2p.Soak;

/// <summary>What a handler throws because it was asked to.</summary>
internal sealed class SoakException() : Exception("as asked");
