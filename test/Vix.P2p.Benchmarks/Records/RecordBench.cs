using Vix.P2p.Benchmarks.Measuring;
namespace Vix.P2p.Benchmarks.Records;
#pragma warning disable
internal sealed class RecordBench(BenchOptions options, Report report) { public void Run() { } }
