using System.Diagnostics;
using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Running;

/// <summary>Seed after seed, on the pool's one thread.</summary>
internal sealed class Simulation(SimulationOptions options, TextWriter output)
{
    // More than these say nothing new, and a run that fails in each seed is to end.
    private const int MostFailures = 20;

    private readonly Tally _tally = new();
    private string? _unobserved;
    private long _failed;
    private long _done;

    /// <summary>The seed under way, and how many are done.</summary>
    public (ulong Seed, long Done) Progress => (options.First + (ulong)Volatile.Read(ref _done), Volatile.Read(ref _done));

    /// <summary>Runs all; whether each held.</summary>
    public async Task<bool> RunAsync()
    {
        Quiet.CheckPool();
        TaskScheduler.UnobservedTaskException += (_, e) => _unobserved ??= e.Exception.ToString();
        var clock = Stopwatch.StartNew();
        ulong all = 0;
        for (long i = 0; i < options.Seeds && _failed < (options.GoOn ? MostFailures : 1); i++)
        {
            ulong seed = options.First + (ulong)i;
            ulong? hash = await RunAsync(seed);
            if (options.Replay && hash is not null && await RunAsync(seed) != hash)
                Fail(seed, "a second run is another one");
            all = (all * 31) + (hash ?? 0);
            Volatile.Write(ref _done, i + 1);
            // Finalizers tell of what failed and was looked at by nobody.
            if (i % 100 == 99 || i + 1 == options.Seeds)
                CheckUnobserved(seed);
        }

        foreach ((string name, long count) in _tally.Counts)
            output.WriteLine($"{name}\t{count}");
        output.WriteLine($"total seeds\t{_done}");
        output.WriteLine($"total failed\t{_failed}");
        output.WriteLine($"total milliseconds\t{clock.ElapsedMilliseconds}");
        output.WriteLine($"hash of seeds {options.First} to {Progress.Seed - 1}\t{all:x16}");
        return _failed == 0;
    }

    private async Task<ulong?> RunAsync(ulong seed)
    {
        SeedRun? run = null;
        try
        {
            run = new SeedRun(seed, options.Sabotage, options.Trace ? output : null);
            await run.RunAsync();
            _tally.Add(run.World.Tally);
            return run.World.Scheduler.Trace.Hash;
        }
        catch (Exception e)
        {
            string at = run is null ? "" : $" at {TimeSpan.FromTicks(run.World.Scheduler.Now).TotalSeconds} s, event {run.World.Scheduler.Steps}";
            if (options.Trace && run is not null)
                ShowTables(run.World);
            Fail(seed, e is BrokenException ? e.Message + at : e + at);
            return null;
        }
    }

    private void ShowTables(World world)
    {
        foreach (SimNode node in world.Up)
        {
            foreach (PeerInfo row in node.Node.GetPeers().Peers)
                output.WriteLine($"{node.Name}: {row}");
        }
    }

    private void CheckUnobserved(ulong seed)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (_unobserved is null)
            return;
        Fail(seed, $"within the last 100 seeds a task failed and nobody looked: {_unobserved}");
        _unobserved = null;
    }

    private void Fail(ulong seed, string why)
    {
        _failed++;
        output.WriteLine($"seed {seed}: {why}");
        output.WriteLine($"  again: dotnet run --project test/Vix.P2p.Simulation -c Release -- --seed {seed} --trace");
        output.Flush();
    }
}
