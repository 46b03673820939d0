using Vix.P2p.Benchmarks;
using Vix.P2p.Benchmarks.Control;
using Vix.P2p.Benchmarks.Fanout;
using Vix.P2p.Benchmarks.Flood;
using Vix.P2p.Benchmarks.Handshakes;
using Vix.P2p.Benchmarks.Heartbeats;
using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Benchmarks.Memory;
using Vix.P2p.Benchmarks.Messages;
using Vix.P2p.Benchmarks.Records;
using Vix.P2p.Benchmarks.Storm;
using Vix.P2p.Benchmarks.Streams;
using Vix.P2p.Benchmarks.RoundTrips;

// What is to be measured apart runs in processes of their own, which are this program again.
if (args is [IdleProcess.Argument, .. string[] rest])
    return await IdleProcess.RunAsync(rest);
if (args is [EchoProcess.Argument])
    return await EchoProcess.RunAsync();
if (args is [EventReaderProcess.Argument])
    return await EventReaderProcess.RunAsync();
if (args is [FloodProcess.Argument, .. string[] flood])
    return await FloodProcess.RunAsync(flood);
if (args is [StormProcess.Argument, string identity, string port])
    return await StormProcess.RunAsync(identity, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));

if (!BenchOptions.TryParse(args, out BenchOptions? options))
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

Report report = new(options);
Figures figures = new(options);
report.WriteMachine();
foreach (string section in options.Sections)
{
    switch (section)
    {
        case BenchOptions.Handshake:
            await new HandshakeBench(options, report).RunAsync();
            break;
        case BenchOptions.Memory:
            await new MemoryBench(options, report, figures).RunAsync();
            break;
        case BenchOptions.Records:
            new RecordBench(options, report).Run();
            break;
        case BenchOptions.Http:
            await new HttpBench(options, report).RunAsync();
            await new ManyPeersBench(options, report).RunAsync();
            break;
        case BenchOptions.Messages:
            await new MessageBench(options, report, figures).RunAsync();
            break;
        case BenchOptions.RoundTrip:
            await new RoundTripBench(options, report, figures).RunAsync();
            break;
        case BenchOptions.Fanout:
            await new FanoutBench(options, report, figures).RunAsync();
            break;
        case BenchOptions.Streams:
            await new StreamBench(options, report, figures).RunAsync();
            break;
        case BenchOptions.Heartbeats:
            await new HeartbeatBench(options, report).RunAsync();
            break;
        case BenchOptions.Control:
            await new SaturationBench(options, report, figures).RunAsync();
            break;
        case BenchOptions.Events:
            await new EventsBench(options, report).RunAsync();
            break;
        case BenchOptions.Flood:
            await new FloodBench(options, report).RunAsync();
            break;
        case BenchOptions.Storm:
            await new StormBench(options, report).RunAsync();
            break;
    }
}

report.WriteRatios();
figures.Save();
return 0;
