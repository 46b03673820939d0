namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>Who is measured by turns that it counts itself: it runs for about that long and says how many operations it did.</summary>
internal sealed record Runner(string Name, Func<TimeSpan, Task<long>> RunAsync);
