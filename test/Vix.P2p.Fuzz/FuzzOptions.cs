using System.Globalization;

namespace Vix.P2p.Fuzz;

/// <summary>What a run of the fuzzer is to do.</summary>
internal sealed record FuzzOptions
{
    public const string Usage = """
        fuzz [--target NAME]... [--seconds N | --executions N] [--seed N] [--folder FOLDER] [--save] [--replay FILE]
          --target      one of the targets; all of them where there is none
          --seconds     for each target (10)
          --executions  for each target, instead of a time
          --seed        of the mutations (1); the same one repeats a run
          --folder      the folder of corpora and finds (test/Vix.P2p.Fuzz)
          --save        writes down what was kept and what was found
          --replay      takes the inputs of a file once, one a line in base64, and nothing else;
                        the target is the name of the file where none is named
          --patience    seconds that one input may take (20)
        """;

    public IReadOnlyList<string> Targets { get; private init; } = [];

    public TimeSpan Time { get; private init; } = TimeSpan.FromSeconds(10);

    public long Executions { get; private init; } = long.MaxValue;

    public int Seed { get; private init; } = 1;

    public string Folder { get; private init; } = Path.Combine("test", "Vix.P2p.Fuzz");

    public bool Save { get; private init; }

    public string? Replay { get; private init; }

    public TimeSpan Patience { get; private init; } = TimeSpan.FromSeconds(20);

    public static FuzzOptions? Parse(string[] args)
    {
        var options = new FuzzOptions();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--save")
            {
                options = options with { Save = true };
                continue;
            }

            if (i + 1 == args.Length)
                return null;
            string value = args[++i];
            bool number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int n);
            FuzzOptions? next = args[i - 1] switch
            {
                "--target" => options with { Targets = [.. options.Targets, value] },
                "--seconds" when number => options with { Time = TimeSpan.FromSeconds(n), Executions = long.MaxValue },
                "--executions" when number => options with { Executions = n, Time = TimeSpan.MaxValue },
                "--seed" when number => options with { Seed = n },
                "--folder" => options with { Folder = value },
                "--replay" => options with { Replay = value },
                "--patience" when number => options with { Patience = TimeSpan.FromSeconds(n) },
                _ => null,
            };
            if (next is null)
                return null;
            options = next;
        }

        if (options.Replay is { } file && options.Targets.Count == 0)
            options = options with { Targets = [Path.GetFileNameWithoutExtension(file)] };
        return options.Replay is not null && options.Targets.Count != 1 ? null : options;
    }
}
