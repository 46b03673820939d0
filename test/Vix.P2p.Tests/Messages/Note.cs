namespace Vix.P2p.Tests.Messages;

/// <summary>What the tests of the typed forms send.</summary>
internal sealed record Note(string Text, int Number);
