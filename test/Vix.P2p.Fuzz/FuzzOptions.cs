using System.Globalization;

namespace Vix.P2p.Fuzz;

/// <summary>What a run of the fuzzer is to do.</summary>
internal sealed record FuzzOptions
{
    public const string Usage = """
        fuzz [--target NAME]... [--seconds N | --executions N] [--seed N] [--corpus FOLDER] [--save] [--replay FILE]
          --target      one of the targets; all of them where there is none
          --seconds     for each target (10)
          --executions  for each target, instead of a time
          --seed        of the mutations (1); the same one repeats a run
          --corpus      the folder of corpora and finds (test/Vix.P2p.Fuzz)
          --save        writes down what was kept and what was found
          --replay      takes the inputs of a file once, one a line in base64, and nothing else
        """;

    public IReadOnlyList<string> Targets { get; private init; } = [];

    public TimeSpan Time { get; private init; } = TimeSpan.FromSeconds(10);

    public long Executions { get; private init; } = long.MaxValue;

    public int Seed { get; private init; } = 1;

    public string Folder { get; private init; } = Path.Combine("test", "Vix.P2p.Fuzz");

    public bool Save { get; private init; }

    public string? Replay { get; private init; }

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
            bool number = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long n);
            FuzzOptions? next = args[i - 1] switch
            {
                "--target" => options with { Targets = [.. options.Targets, value] },
                "--seconds" when number => options with { Time = TimeSpan.FromSeconds(n) },
                "--executions" when number => options with { Executions = n, Time = Timeout.InfiniteTimeSpan },
                "--seed" when number && n <= int.MaxValue => options with { Seed = (int)n },
                "--corpus" => options with { Folder = value },
                "--replay" => options with { Replay = value },
                _ => null,
            };
            if (next is null)
                return null;
            options = next;
        }

        return options.Time == Timeout.InfiniteTimeSpan ? options with { Time = TimeSpan.MaxValue } : options;
    }
}
