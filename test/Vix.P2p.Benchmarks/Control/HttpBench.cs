using Vix.P2p.Benchmarks.Measuring;
namespace Vix.P2p.Benchmarks.Control;
#pragma warning disable
internal sealed class HttpBench(BenchOptions options, Report report) { public async Task RunAsync() => await Task.CompletedTask; }
