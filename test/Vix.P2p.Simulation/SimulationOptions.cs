using System.Globalization;
using Vix.P2p.Simulation.Checks;

namespace Vix.P2p.Simulation;

/// <summary>What a run of the simulation is to do.</summary>
internal sealed record SimulationOptions
{
    public const string Usage = """
        simulation [--seeds N] [--first S] [--seed S] [--trace] [--go-on] [--replay] [--sabotage WHAT]
          --seeds     how many seeds (2,000)
          --first     the first of them (1)
          --seed      this one alone
          --trace     writes down what happens
          --go-on     does not end with the first seed that fails, but with the twentieth
          --replay    runs each seed twice, which has to be the same to the byte
          --sabotage  a lie that the checks have to find
        """;

    public ulong First { get; private init; } = 1;

    public long Seeds { get; private init; } = 2_000;

    public bool Trace { get; private init; }

    public bool GoOn { get; private init; }

    public bool Replay { get; private init; }

    public Sabotage Sabotage { get; private init; }

    public static SimulationOptions? Parse(string[] args)
    {
        var options = new SimulationOptions();
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool number = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong n);
            SimulationOptions? next = args[i] switch
            {
                "--trace" => options with { Trace = true },
                "--go-on" => options with { GoOn = true },
                "--replay" => options with { Replay = true },
                "--seeds" when number => options with { Seeds = (long)n },
                "--first" when number => options with { First = n },
                "--seed" when number => options with { First = n, Seeds = 1 },
                "--sabotage" when Enum.TryParse(value, ignoreCase: true, out Sabotage what) => options with { Sabotage = what },
                _ => null,
            };
            if (next is null)
                return null;
            if (args[i] is not ("--trace" or "--go-on" or "--replay"))
                i++;
            options = next;
        }

        return options;
    }
}
