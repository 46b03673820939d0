namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>What a request got: a response, or a failure's code and text.</summary>
internal sealed record ReferencePeerAnswer(byte[]? Response, uint Code = 0, string? Text = null);
