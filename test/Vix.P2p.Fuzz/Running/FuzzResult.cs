namespace Vix.P2p.Fuzz.Running;

/// <summary>What a run of one target came to.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Executions">Inputs taken.</param>
/// <param name="Time">How long that took.</param>
/// <param name="Steps">Steps between decoder states that were seen.</param>
/// <param name="Kept">Inputs kept for taking a new one.</param>
/// <param name="Missing">Outcomes that no input came to.</param>
/// <param name="Finds">Inputs that broke a promise, with what they broke.</param>
internal sealed record FuzzResult(
    string Target,
    long Executions,
    TimeSpan Time,
    int Steps,
    IReadOnlyList<byte[]> Kept,
    IReadOnlyList<string> Missing,
    IReadOnlyList<(byte[] Input, string Broken)> Finds)
{
    public double PerSecond => Executions / Math.Max(Time.TotalSeconds, 1e-9);
}
