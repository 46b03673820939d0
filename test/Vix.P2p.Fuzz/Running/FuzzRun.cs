namespace Vix.P2p.Fuzz.Running;

/// <summary>Runs one target: mutates what is kept, keeps what takes a new step, collects what breaks.</summary>
internal sealed class FuzzRun(IFuzzTarget target)
{
    private const int MaxKept = 4096;
    private const int MaxFinds = 10;
    private const int ClockEvery = 64;

    private readonly Coverage _coverage = new();
    private readonly List<byte[]> _kept = [];
    private readonly List<(byte[] Input, string Broken)> _finds = [];
    private long _started;
    private long _count;
    private ReadOnlyMemory<byte> _current;

    /// <summary>Inputs taken so far; may be read from another thread.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The input that is being taken; to be looked at from another thread only once <see cref="Count"/> stands still.</summary>
    public byte[] Current => _current.ToArray();

    /// <summary>Takes seeds and known inputs, then runs until so many inputs were taken or so much time is over.</summary>
    public FuzzResult Run(IEnumerable<byte[]> known, int seed, long executions, TimeSpan time)
    {
        _started = TimeProvider.System.GetTimestamp();
        foreach (byte[] input in target.Seeds.Concat(known))
            Try(input);
        if (_kept.Count == 0)
            _kept.Add([]);
        var random = new Random(seed);
        var mutator = new Mutator(random, target.Words, target.MaxLength);
        while (_count < executions && _finds.Count < MaxFinds)
        {
            if (_count % ClockEvery == 0 && TimeProvider.System.GetElapsedTime(_started) >= time)
                break;
            // Half of the time one of the newest: what was just found out is where more is to be found.
            int newest = Math.Min(_kept.Count, 32);
            byte[] parent = random.Next(2) == 0 ? _kept[^(1 + random.Next(newest))] : _kept[random.Next(_kept.Count)];
            Try(mutator.Mutate(parent, _kept[random.Next(_kept.Count)]));
        }

        return Result();
    }

    /// <summary>Takes these inputs once, and nothing else.</summary>
    public FuzzResult Replay(IEnumerable<byte[]> inputs)
    {
        _started = TimeProvider.System.GetTimestamp();
        foreach (byte[] input in inputs)
            Try(input);
        return Result();
    }

    private FuzzResult Result() => new(
        target.Name,
        _count,
        TimeProvider.System.GetElapsedTime(_started),
        _coverage.Steps,
        _kept,
        [.. target.Outcomes.Except(_coverage.Outcomes)],
        _finds);

    private void Try(ReadOnlyMemory<byte> input)
    {
        _current = input;
        _coverage.Begin();
        try
        {
            target.Run(input.Span, _coverage);
        }
        catch (Exception exception)
        {
            // One input for each way of breaking is enough, and leaves room for the other ways.
            string broken = $"{exception.GetType().Name}: {exception.Message}";
            if (_finds.All(find => find.Broken != broken))
                _finds.Add((input.ToArray(), broken));
        }

        if (_coverage.IsNewStep && _kept.Count < MaxKept)
            _kept.Add(input.ToArray());
        Volatile.Write(ref _count, _count + 1);
    }
}
