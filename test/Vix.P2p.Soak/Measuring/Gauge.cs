namespace Vix.P2p.Soak.Measuring;

/// <summary>A figure that is sampled.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Read">Takes it; null where this sample has none.</param>
/// <param name="PerHour">The growth an hour that is taken for a leak; null where it has no slope to speak of.</param>
internal sealed record Gauge(string Name, Func<double?> Read, double? PerHour = null);
