using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Fuzz;

/// <summary>Runs targets as the options say, tells what came of it, and keeps what is worth it in the tree.</summary>
internal sealed class Fuzzer(FuzzOptions options, TextWriter output)
{
    private string CorpusFolder => Path.Combine(options.Folder, "Corpus");

    private string FindsFolder => Path.Combine(options.Folder, "Finds");

    public void WriteHead()
    {
        output.WriteLine($"seed {options.Seed}");
        output.WriteLine($"{"target",-14}{"executions",14}{"a second",12}{"outcomes",10}{"steps",8}{"kept",7}{"finds",7}");
    }

    /// <summary>Runs a target; false when it breaks a promise, or when no input came to one of its outcomes.</summary>
    public bool Run(string name)
    {
        using IFuzzTarget target = FuzzTargets.Create(name);
        var run = new FuzzRun(target);
        FuzzResult result;
        using (new Watchdog(run, options.Patience, input => Bite(name, input)))
        {
            result = options.Replay is { } file
                ? run.Replay(Corpus.Read(file))
                : run.Run([.. Corpus.Load(CorpusFolder, name), .. Corpus.Load(FindsFolder, name)], options.Seed, options.Executions, options.Time);
        }

        int outcomes = target.Outcomes.Count;
        output.WriteLine($"{name,-14}{result.Executions,14:N0}{result.PerSecond,12:N0}{$"{outcomes - result.Missing.Count}/{outcomes}",10}{result.Steps,8:N0}{result.Kept.Count,7:N0}{result.Finds.Count,7:N0}");
        foreach ((byte[] input, string broken) in result.Finds)
            Tell(name, input, broken);
        if (options.Replay is not null)
            return result.Finds.Count == 0;
        if (options.Save)
            Corpus.Save(CorpusFolder, name, Minimiser.Minimise(target, result.Kept));
        foreach (string outcome in result.Missing)
            output.WriteLine($"  nothing came to: {outcome}");
        return result.Finds.Count == 0 && result.Missing.Count == 0;
    }

    // There is no way back into a decoder that does not end, and nothing more to be learnt from it.
    private void Bite(string name, byte[] input)
    {
        Tell(name, input, $"it does not end within {options.Patience.TotalSeconds} s");
        output.Flush();
        Environment.Exit(1);
    }

    private void Tell(string name, byte[] input, string broken)
    {
        output.WriteLine($"  {broken}");
        output.WriteLine($"  {Convert.ToBase64String(input)}");
        if (options.Save && options.Replay is null)
            Corpus.AddFind(FindsFolder, name, input, broken);
    }
}
