using Vix.P2p.Simulation.Network;

namespace Vix.P2p.Simulation.Running;

/// <summary>How often what happened, by name: so that a run can be seen to have done what it says.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, long>> Counts => _counts;

    public void Count(Fault fault) => Count("fault", fault.ToString());

    public void Count(string group, string name, long by = 1)
    {
        string key = $"{group} {name}";
        _counts[key] = _counts.GetValueOrDefault(key) + by;
    }

    public void Add(Tally other)
    {
        foreach ((string key, long count) in other._counts)
            _counts[key] = _counts.GetValueOrDefault(key) + count;
    }
}
