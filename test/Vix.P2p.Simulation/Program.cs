using System.Globalization;
using Vix.P2p.Simulation;
using Vix.P2p.Simulation.Running;

SimulationOptions? options = SimulationOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(SimulationOptions.Usage);
    return 2;
}

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
var simulation = new Simulation(options, output);
AppDomain.CurrentDomain.UnhandledException += (_, _) => Console.Error.WriteLine($"seed {simulation.Progress.Seed} ended the process");

// This thread only watches: a seed that goes round in circles without an event would never end.
Task<bool> run = Task.Run(simulation.RunAsync);
(ulong Seed, long Done) last = simulation.Progress;
while (!run.Wait(TimeSpan.FromSeconds(120)))
{
    if (simulation.Progress == last)
    {
        Console.Error.WriteLine($"seed {last.Seed} does not end");
        return 3;
    }

    last = simulation.Progress;
}

return await run ? 0 : 1;
