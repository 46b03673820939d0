namespace Vix.P2p.Benchmarks.Flood;

/// <summary>One flood and what the others had of the machine meanwhile.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Sent">What it came to.</param>
/// <param name="Messages">Honest messages a second.</param>
/// <param name="Requests">Honest requests a second, their median and their 99th percentile in µs.</param>
/// <param name="Newcomers">Who tried to get in meanwhile.</param>
/// <param name="Before">What the node had counted when it began.</param>
/// <param name="After">What it had counted at the end.</param>
/// <param name="Time">Between the two.</param>
internal sealed record FloodResult(FloodKind Kind, FloodSent Sent, double Messages, double[] Requests, Newcomers Newcomers, TargetMark Before, TargetMark After, TimeSpan Time)
{
    public double Started => (After.Started - Before.Started) / Time.TotalSeconds;

    public double Failed => (After.Failed - Before.Failed) / Time.TotalSeconds;

    public double Refused => (After.Refused - Before.Refused) / Time.TotalSeconds;

    public double Cores => (After.Processor - Before.Processor) / Time;
}
