namespace Vix.P2p.Fuzz.Running;

/// <summary>
/// The states that a decoder was ever seen in, and the steps from one to another. An input is worth keeping when it takes
/// a step that none before it took.
/// </summary>
internal sealed class Coverage
{
    private const int Bits = 18;

    private readonly bool[] _steps = new bool[1 << Bits];
    private readonly bool[] _states = new bool[1 << Bits];
    private readonly Dictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private int _last;

    public Coverage()
    {
    }

    /// <summary>One that has seen the same states; it counts the steps anew.</summary>
    public Coverage(Coverage other)
    {
        other._states.CopyTo(_states, 0);
        States = other.States;
    }

    /// <summary>Steps seen so far.</summary>
    public int Steps { get; private set; }

    /// <summary>States seen so far.</summary>
    public int States { get; private set; }

    /// <summary>Whether the present input took a new step.</summary>
    public bool IsNewStep { get; private set; }

    /// <summary>Whether the present input came to a new state.</summary>
    public bool IsNewState { get; private set; }

    /// <summary>What inputs have come to, by name.</summary>
    public IReadOnlyCollection<string> Outcomes => _outcomes.Keys;

    /// <summary>A new input begins.</summary>
    public void Begin()
    {
        _last = 0;
        IsNewStep = false;
        IsNewState = false;
    }

    /// <summary>The decoder is in this state now.</summary>
    /// <param name="state">Small and of few values: a status, a kind, the order of magnitude of a length.</param>
    public void Visit(int state)
    {
        int step = Place((_last * 31) + state);
        _last = state;
        if (!_steps[step])
        {
            _steps[step] = true;
            Steps++;
            IsNewStep = true;
        }

        int place = Place(state);
        if (_states[place])
            return;
        _states[place] = true;
        States++;
        IsNewState = true;
    }

    /// <summary>The decoder has come to this end: one of the outcomes of its target, where that lists them.</summary>
    /// <param name="outcome">Of few values: nothing in it is the input's own text.</param>
    public void Reach(string outcome)
    {
        if (!_outcomes.TryGetValue(outcome, out int state))
            _outcomes.Add(outcome, state = StateOf(outcome));
        Visit(state);
    }

    /// <summary>A length as an order of magnitude.</summary>
    public static int Size(long length) => length <= 0 ? 0 : 1 + (int)Math.Log2(length);

    // The same in each process, unlike the hash code of a string, so that a seed repeats a run.
    private static int StateOf(string text)
    {
        uint state = 2166136261;
        foreach (char c in text)
            state = (state ^ c) * 16777619;
        return (int)(state | 0x4000_0000);
    }

    private static int Place(int value) => (int)(((uint)value * 0x9E3779B1u) >> (32 - Bits));
}
