namespace Vix.P2p.Cli.Control;

/// <summary>Where a control plane is, and how it is asked.</summary>
/// <param name="Address">Its address, with the prefix.</param>
/// <param name="ApiKey">The key; null for none.</param>
/// <param name="Timeout">How long an answer may take.</param>
internal sealed record ServerSettings(Uri Address, string? ApiKey, TimeSpan Timeout);
