namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>Who is measured, and one operation of it; the argument says which of the workers runs it, from 0.</summary>
internal sealed record Contender(string Name, Func<int, Task> RunOnce);
