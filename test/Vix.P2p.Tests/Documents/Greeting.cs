namespace Vix.P2p.Tests.Documents;

public sealed record Greeting(string Text);
