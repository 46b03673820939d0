using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Queries;

/// <summary>The query of GET /peers.</summary>
/// <param name="Rows">Which rows, in which order.</param>
/// <param name="Known">The revision that the caller has; null where it does not say.</param>
/// <param name="Wait">How long to wait for another one.</param>
/// <param name="Tag">What tells this list from others of the same revision.</param>
internal sealed record PeersQuery(PeerQuery Rows, long? Known, TimeSpan Wait, string Tag)
{
    private const int MaxWaitMs = 60_000;
    private const int MaxCursor = 128;
    private const string State = "state";
    private const string Direction = "direction";
    private const string Text = "q";
    private const string Protocol = "protocol";
    private const string Sort = "sort";
    private const string Order = "order";
    private const string Limit = "limit";
    private const string CursorName = "cursor";
    private const string Revision = "rev";
    private const string WaitName = "wait";

    private static readonly string[] Names = [State, Direction, Text, Protocol, Sort, Order, Limit, CursorName, Revision, WaitName];
    private static readonly string[] States = Enum.GetNames<PeerState>();
    private static readonly string[] Directions = ["outbound", "inbound"];
    private static readonly string[] Sorts = ["id", "rtt", "last_seen", "bytes"];
    private static readonly PeerSort[] SortValues = [PeerSort.Id, PeerSort.Rtt, PeerSort.LastSeen, PeerSort.Bytes];
    private static readonly string[] Orders = ["asc", "desc"];
    private static readonly PeerQuery All = new();
    private static readonly PeersQuery Whole = new(All, Known: null, TimeSpan.Zero, "0");

    /// <summary>What the description of the route says of it.</summary>
    public static QueryParameter[] Description { get; } =
    [
        new(State, "Peers in one of these states, separated by commas.") { Kind = QueryKind.Words, Values = States },
        new(Direction, "Peers that this node dialled, or that dialled it.") { Values = Directions },
        new(Text, "Peers that have this text, in either case, in id, key, node_id, endpoint or remote_endpoint.") { MaxLength = PeerQuery.MaxTextLength },
        new(Protocol, "Peers that speak this protocol, by name and version.") { MaxLength = PeerQuery.MaxTextLength, Example = JsonValue.Create("chat/1") },
        new(Sort, "What the peers are sorted by; those without it come last. Absent: the order in which their rows came.") { Values = Sorts },
        new(Order, "Which way.") { Values = Orders, Default = JsonValue.Create(Orders[0]) },
        new(Limit, "The most peers of an answer.") { Kind = QueryKind.Integer, Minimum = 1, Maximum = PeerQuery.MaxLimit, Default = JsonValue.Create(All.Limit) },
        new(CursorName, "Where the page begins: next_cursor of the page before, with the same query.") { MaxLength = MaxCursor },
        new(Revision, "The revision that the caller has.") { Kind = QueryKind.Integer, Minimum = 0 },
        new(WaitName, "The most milliseconds to wait until the revision is another than rev.") { Kind = QueryKind.Integer, Minimum = 0, Maximum = MaxWaitMs, Default = JsonValue.Create(0) },
    ];

    /// <summary>A cursor that the node does not take.</summary>
    public static ControlError BadCursor { get; } = new(
        ErrorKind.InvalidQuery,
        "The parameter cursor is broken, or is of another query or an earlier run of the node.",
        "Send cursor as the next_cursor of the page before, with the same query, or begin anew without it.",
        CursorName);

    public static bool TryParse(QueryString query, out PeersQuery parsed, out ControlError? error)
    {
        parsed = Whole;
        error = null;
        if (!query.HasValue)
            return true;
        if (!QueryReader.TryRead(query, Names, out QueryReader reader, out error))
            return false;
        int states = reader.Words(State, States) ?? 0;
        PeerQuery rows = new()
        {
            States = states == 0 ? [] : [.. Enum.GetValues<PeerState>().Where(state => (states & (1 << (int)state)) != 0)],
            Direction = (PeerDirection?)reader.Word(Direction, Directions),
            Text = reader.Text(Text, PeerQuery.MaxTextLength),
            Protocol = reader.Text(Protocol, PeerQuery.MaxTextLength),
            Sort = reader.Word(Sort, Sorts) is { } sort ? SortValues[sort] : PeerSort.Added,
            Descending = reader.Word(Order, Orders) == 1,
            Limit = (int)(reader.Integer(Limit, 1, PeerQuery.MaxLimit) ?? All.Limit),
            Cursor = reader.Text(CursorName, MaxCursor),
        };
        long? known = reader.Integer(Revision, 0, long.MaxValue);
        TimeSpan wait = TimeSpan.FromMilliseconds(reader.Integer(WaitName, 0, MaxWaitMs) ?? 0);
        if (reader.Has(WaitName) && !reader.Has(Revision))
            reader.Refuse(WaitName, "is there without rev", "with rev, the revision that you have");
        parsed = new PeersQuery(rows, known, wait, TagOf(rows, states));
        error = reader.Error;
        return error is null;
    }

    // Of what was understood and not of what was written: parameters in another order are the same query. How long the
    // caller waits makes no other list.
    private static string TagOf(PeerQuery rows, int states)
    {
        if (rows with { States = All.States } == All && states == 0)
            return Whole.Tag;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{states},{rows.Direction},{rows.Sort},{rows.Descending},{rows.Limit},{rows.Cursor},{rows.Protocol?.Length},{rows.Protocol},{rows.Text}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }
}
