using System.Buffers;

namespace Vix.P2p.Peers.Queries;

/// <summary>Says of a row whether a query takes it, from what the row says at that moment.</summary>
internal sealed class PeerFilter
{
    private readonly int _states;
    private readonly PeerDirection? _direction;
    private readonly string? _text;
    private readonly SearchValues<string>? _search;
    private readonly string? _protocol;

    public PeerFilter(PeerQuery query)
    {
        foreach (PeerState state in query.States)
            _states |= 1 << (int)state;
        _direction = query.Direction;
        _text = string.IsNullOrEmpty(query.Text) ? null : query.Text;
        // It is looked for in five texts of each row: made once, this finds it ten times as fast as string.Contains does.
        _search = _text is null ? null : SearchValues.Create([_text], StringComparison.OrdinalIgnoreCase);
        _protocol = string.IsNullOrEmpty(query.Protocol) ? null : query.Protocol;
    }

    /// <summary>Whether every row is taken.</summary>
    public bool TakesAll => _states == 0 && _direction is null && _text is null && _protocol is null;

    /// <summary>What tells this filter from others.</summary>
    public string Name => $"{_states},{_direction},{_protocol?.Length},{_protocol},{_text}";

    public bool Takes(PeerRow row, PeerRowState state) =>
        (_states == 0 || (_states & (1 << (int)state.State)) != 0)
        && (_direction is null || _direction == state.Direction)
        && (_protocol is null || Speaks(state, _protocol))
        && (_search is null || Shows(row, state, _search));

    private static bool Speaks(PeerRowState state, string protocol)
    {
        if (state.Introduction is not { Protocols: { } spoken })
            return false;
        for (int i = 0; i < spoken.Count; i++)
        {
            if (string.Equals(spoken[i], protocol, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static bool Shows(PeerRow row, PeerRowState state, SearchValues<string> text) =>
        Has(state.IdText, text)
        || Has(row.Key, text)
        || Has(state.Introduction?.NodeId, text)
        || Has(state.EndpointText, text)
        || Has(state.RemoteEndpoint, text);

    private static bool Has(string? whole, SearchValues<string> text) => whole.AsSpan().ContainsAny(text);
}
