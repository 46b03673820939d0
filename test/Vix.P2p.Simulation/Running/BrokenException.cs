namespace Vix.P2p.Simulation.Running;

/// <summary>Something that must always hold did not.</summary>
internal sealed class BrokenException(string message) : Exception(message);
