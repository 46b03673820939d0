namespace Vix.P2p.Fuzz.Running;

/// <summary>Runs one target: mutates what is kept, keeps what takes a new step, collects what breaks.</summary>
internal sealed class FuzzRun(IFuzzTarget target, int seed, IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> earlierFinds)
{
    private const int MaxKept = 4096;
    private const int MaxFinds = 10;
    private const int ClockEvery = 256;

    private readonly Coverage _coverage = new();
    private readonly List<byte[]> _kept = [];
    private readonly List<(byte[] Input, Exception Broken)> _finds = [];

    /// <summary>Runs until so many inputs were taken, or so much time is over.</summary>
    public FuzzResult Run(long executions, TimeSpan time)
    {
        long started = TimeProvider.System.GetTimestamp();
        long count = 0;
        foreach (byte[] input in target.Seeds.Concat(corpus).Concat(earlierFinds))
        {
            Try(input);
            count++;
        }

        if (_kept.Count == 0)
            _kept.Add([]);
        var random = new Random(seed);
        var mutator = new Mutator(random, target.Words, target.MaxLength);
        while (count < executions && _finds.Count < MaxFinds)
        {
            if (count % ClockEvery == 0 && TimeProvider.System.GetElapsedTime(started) >= time)
                break;
            // Half of the time one of the newest: what was just found out is where more is to be found.
            int newest = Math.Min(_kept.Count, 32);
            byte[] parent = random.Next(2) == 0 ? _kept[^(1 + random.Next(newest))] : _kept[random.Next(_kept.Count)];
            Try(mutator.Mutate(parent, _kept[random.Next(_kept.Count)]));
            count++;
        }

        return new FuzzResult(target.Name, count, TimeProvider.System.GetElapsedTime(started), _coverage.Count, _kept, _finds);
    }

    private void Try(ReadOnlySpan<byte> input)
    {
        _coverage.Begin();
        try
        {
            target.Run(input, _coverage);
        }
        catch (Exception broken)
        {
            _finds.Add((input.ToArray(), broken));
            return;
        }

        if (_coverage.IsNew && _kept.Count < MaxKept)
            _kept.Add(input.ToArray());
    }
}
