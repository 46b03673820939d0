using System.Globalization;
using Vix.P2p.Fuzz;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
FuzzOptions? options = FuzzOptions.Parse(args);
if (options is null || options.Targets.Any(name => !FuzzTargets.Has(name)))
{
    Console.Error.WriteLine(FuzzOptions.Usage);
    Console.Error.WriteLine("targets: " + string.Join(", ", FuzzTargets.Names));
    return 2;
}

if (options.Replay is { } file && !File.Exists(file))
{
    Console.Error.WriteLine($"There is no file {file}.");
    return 2;
}

var fuzzer = new Fuzzer(options, Console.Out);
fuzzer.WriteHead();
bool good = true;
foreach (string name in options.Targets.Count > 0 ? options.Targets : FuzzTargets.Names)
    good &= fuzzer.Run(name);
return good ? 0 : 1;
