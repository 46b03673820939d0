using System.Globalization;
using Vix.P2p.Fuzz;
using Vix.P2p.Fuzz.Running;

FuzzOptions? options = FuzzOptions.Parse(args);
if (options is null || options.Targets.Any(name => !FuzzTargets.Has(name)))
{
    Console.Error.WriteLine(FuzzOptions.Usage);
    Console.Error.WriteLine("targets: " + string.Join(", ", FuzzTargets.Names));
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string corpus = Path.Combine(options.Folder, "Corpus");
string finds = Path.Combine(options.Folder, "Finds");
Console.WriteLine($"seed {options.Seed}");
Console.WriteLine($"{"target",-14}{"executions",14}{"a second",12}{"steps",8}{"kept",7}{"finds",7}");
int broken = 0;
foreach (string name in options.Targets.Count > 0 ? options.Targets : [.. FuzzTargets.Names])
{
    using IFuzzTarget target = FuzzTargets.Create(name);
    IReadOnlyList<byte[]> earlier = options.Replay is { } file
        ? [.. File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#').Select(Convert.FromBase64String)]
        : Corpus.Load(finds, name);
    IReadOnlyList<byte[]> kept = options.Replay is null ? Corpus.Load(corpus, name) : [];
    FuzzResult result = new FuzzRun(target, options.Seed, kept, earlier).Run(options.Replay is null ? options.Executions : 0, options.Time);
    Console.WriteLine($"{name,-14}{result.Executions,14:N0}{result.PerSecond,12:N0}{result.Steps,8:N0}{result.Kept.Count,7:N0}{result.Finds.Count,7:N0}");
    foreach ((byte[] input, Exception exception) in result.Finds)
    {
        Console.WriteLine($"  {exception.GetType().Name}: {exception.Message}");
        Console.WriteLine(options.Save ? $"  {input.Length} bytes, kept in {finds}" : $"  {Convert.ToBase64String(input)}");
        if (options.Save)
            Corpus.AddFind(finds, name, input, exception);
    }

    if (options.Save)
        Corpus.Save(corpus, name, result.Kept);
    broken += result.Finds.Count;
}

return broken == 0 ? 0 : 1;
