using System.Globalization;

namespace Vix.P2p.Soak;

/// <summary>What a soak is to do.</summary>
internal sealed record SoakOptions
{
    public const string Usage = """
        soak [--minutes N | --joins N] [--peers N] [--seed N] [--out FOLDER]
          --minutes  how long peers come and go (60)
          --joins    until so many have joined instead, with short lives and memories: shows that it runs
          --peers    that are there at once (100)
          --seed     of what they do (1)
          --out      the folder of samples.csv (artifacts/soak)
        """;

    public TimeSpan Time { get; private init; } = TimeSpan.FromMinutes(60);

    /// <summary>How many are to join; null where the time counts.</summary>
    public long? Joins { get; private init; }

    public int Peers { get; private init; } = 100;

    public int Seed { get; private init; } = 1;

    public string Folder { get; private init; } = Path.Combine("artifacts", "soak");

    /// <summary>How fast everything goes: lives and memories of a short run are a twentieth.</summary>
    public double Pace => Joins is null ? 1 : 0.05;

    /// <summary>How long it takes until all tables are full and all code is compiled; what comes before is in no slope.</summary>
    public TimeSpan WarmUp => TimeSpan.FromMinutes(Math.Min(15, Time.TotalMinutes / 4));

    public static SoakOptions? Parse(string[] args)
    {
        var options = new SoakOptions();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                return null;
            string value = args[i + 1];
            bool number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int n);
            SoakOptions? next = args[i] switch
            {
                "--minutes" when number && n > 0 => options with { Time = TimeSpan.FromMinutes(n) },
                "--joins" when number && n > 0 => options with { Joins = n, Time = TimeSpan.FromHours(1) },
                "--peers" when number && n is > 0 and <= 200 => options with { Peers = n },
                "--seed" when number => options with { Seed = n },
                "--out" => options with { Folder = value },
                _ => null,
            };
            if (next is null)
                return null;
            options = next;
        }

        return options;
    }
}
