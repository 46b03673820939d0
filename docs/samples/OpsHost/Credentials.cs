namespace OpsHost;

/// <summary>What somebody sends to sign in.</summary>
internal sealed record Credentials(string Name, string Password);
