using System.CommandLine;
using Vix.P2p.Client;

namespace Vix.P2p.Cli.Commands;

/// <summary>Which peers are wanted, in which order.</summary>
internal sealed class PeersOptions
{
    private const int MaxLimit = 5_000;

    private readonly Option<string[]> _states = new("--state")
    {
        Description = "Only peers in these states; it can be given several times.",
        HelpName = "STATE",
    };

    private readonly Option<string?> _direction = new("--direction") { Description = "Only inbound or only outbound ones." };

    private readonly Option<string?> _search = new("--search", "-q")
    {
        Description = "Only peers with this text in their id, key, name or endpoints.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _protocol = new("--protocol") { Description = "Only peers that speak this protocol, such as chat/1.", HelpName = "NAME" };

    private readonly Option<string?> _sort = new("--sort") { Description = "By what they are sorted; oldest first where nothing is said." };

    private readonly Option<string?> _order = new("--order") { Description = "Which way they are sorted." };

    private readonly Option<int?> _limit = new("--limit", "-n") { Description = $"How many at most, 1 to {MaxLimit}; 1000 where nothing is said.", HelpName = "N" };

    private readonly Option<string?> _cursor = new("--cursor") { Description = "Where to go on: what a list that was not whole has said.", HelpName = "CURSOR" };

    public PeersOptions()
    {
        _states.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<PeerState>()]);
        _direction.AcceptOnlyFromAmong("inbound", "outbound");
        _sort.AcceptOnlyFromAmong("id", "rtt", "last_seen", "bytes");
        _order.AcceptOnlyFromAmong("asc", "desc");
        Validation.Range(_limit, 1, MaxLimit);
    }

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_states, _direction, _search, _protocol, _sort, _order, _limit, _cursor])
            command.Options.Add(option);
    }

    public P2pPeersQuery Read(ParseResult parse) => new()
    {
        // However it was written, the server is strict.
        States = [.. (parse.GetValue(_states) ?? []).Select(state => Enum.Parse<PeerState>(state, ignoreCase: true).ToString()).Distinct()],
        Direction = parse.GetValue(_direction),
        Search = parse.GetValue(_search),
        Protocol = parse.GetValue(_protocol),
        Sort = parse.GetValue(_sort),
        Order = parse.GetValue(_order),
        Limit = parse.GetValue(_limit),
        Cursor = parse.GetValue(_cursor),
    };
}
