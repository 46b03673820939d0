namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>What a node has sent and taken, and whatever of it should not have happened.</summary>
internal sealed class ChaosTally
{
    private readonly Lock _gate = new();
    private readonly List<string> _wrong = [];
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);

    public long MessagesSent;
    public long MessagesTaken;
    public long RequestsBegun;
    public long RequestsAnswered;
    public long RequestsFailed;
    public long RequestsTaken;
    public long StreamsWhole;
    public long StreamsBroken;

    public IReadOnlyList<string> Wrong
    {
        get
        {
            lock (_gate)
                return [.. _wrong];
        }
    }

    /// <summary>Why what was sent, asked or written failed, and connections ended.</summary>
    public string Reasons
    {
        get
        {
            lock (_gate)
                return string.Join(", ", _reasons.Select(reason => $"{reason.Key} {reason.Value}"));
        }
    }

    public void Count(string reason)
    {
        lock (_gate)
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
    }

    public void Complain(string what)
    {
        lock (_gate)
            _wrong.Add(what);
    }
}
