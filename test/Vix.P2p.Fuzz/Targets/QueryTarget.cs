using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>The query of GET /peers, as the route reads it: an error in words, or a query that is read again as it is written.</summary>
internal sealed class QueryTarget : IFuzzTarget
{
    private const int MaxText = 128;
    private const int TakenState = 5000;

    private static readonly string[] Names = [.. PeersQuery.Description.Select(parameter => parameter.Name)];
    private static readonly string[] Choices = ["direction", "sort", "order"];

    public string Name => "query";

    public int MaxLength => 512;

    public IEnumerable<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "?state=Connected,Stale&direction=inbound&q=a&protocol=chat%2F1&sort=rtt&order=desc&limit=10", "?rev=12&wait=60000", "?limit=5000&cursor=AAAA", "?q=%F0%9F%98%80", "?state=&limit=-1", "", "?wait=1", "?limit=5001", "?limit=0", "?rev=1&wait=60001", "?rev=9223372036854775808",
        }.Select(Encoding.UTF8.GetBytes),
        .. Names.Select(name => Encoding.UTF8.GetBytes($"?{name}=")),
    ];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. Names.Concat(["&", "=", "%", "%00", "%ZZ", "%F0%9F%98%80", "+", ",", "?", "#", "Connected", "Handshaking", "outbound", "inbound", "asc", "desc", "id", "bytes", "rtt", "5000", "5001", "60001", "18446744073709551616", "true", new string('a', MaxText + 1)])
            .Select(Encoding.UTF8.GetBytes),
        [0xFF], [0],
    ];

    public IReadOnlyCollection<string> Outcomes { get; } =
    [
        "taken", "everything", "A parameter is unknown.", "The parameter … is unknown.",
        .. Names.Select(name => $"The parameter {name} is there twice. ({name})"),
        "The parameter state is not a list of its words, each once. (state)",
        .. Choices.Select(name => $"The parameter {name} is none of its words. ({name})"),
        .. ((string[])["limit", "rev", "wait"]).Select(name => $"The parameter {name} is not an integer in its range. ({name})"),
        .. ((string[])["q", "protocol", "cursor"]).SelectMany(name => (string[])[$"The parameter {name} is empty. ({name})", $"The parameter {name} is too long. ({name})"]),
        "The parameter wait is there without rev. (wait)",
    ];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        string text = Encoding.Latin1.GetString(input);
        var query = new QueryString(text.Length == 0 || text[0] == '?' ? text : "?" + text);
        if (!PeersQuery.TryParse(query, out PeersQuery parsed, out ControlError? error))
        {
            Broken.Unless(error is not null && error.Kind == ErrorKind.InvalidQuery, "a query is another error than that, or none");
            coverage.Reach(HttpErrors.NameOf(error!, Names));
            return;
        }

        PeerQuery rows = parsed.Rows;
        Broken.Unless(error is null, "an answer and an error");
        coverage.Reach(parsed.Tag == "0" ? "everything" : "taken");
        coverage.Visit(TakenState + Math.Min(3, rows.States.Count) + (rows.Direction is null ? 0 : 4) + ((int)rows.Sort * 8) + (rows.Descending ? 64 : 0) + (rows.Text is null ? 0 : 128) + (rows.Cursor is null ? 0 : 256) + (parsed.Known is null ? 0 : 512));
        Broken.Unless(IsText(rows.Text) && IsText(rows.Protocol) && IsText(rows.Cursor), "a text is empty, or longer than it may be");
        Broken.Unless(rows.Limit is >= 1 and <= PeerQuery.MaxLimit && parsed.Wait >= TimeSpan.Zero && parsed.Wait <= TimeSpan.FromMinutes(1) && parsed.Known is null or >= 0, "a number is out of its range");
        Broken.Unless(rows.States.Distinct().Count() == rows.States.Count, "a state is there twice");
        var again = new QueryString(Write(parsed));
        Broken.Unless(PeersQuery.TryParse(again, out PeersQuery second, out _) && second.Tag == parsed.Tag && second.Known == parsed.Known && second.Wait == parsed.Wait && IsSame(second.Rows, rows), "what is written again is another query");
    }

    public void Dispose()
    {
    }

    private static bool IsText(string? text) => text is null or { Length: > 0 and <= MaxText };

    private static bool IsSame(PeerQuery one, PeerQuery other) =>
        one.States.SequenceEqual(other.States) && one with { States = other.States } == other;

    private static string Write(PeersQuery query)
    {
        List<string> parts = [];
        Add("state", query.Rows.States.Count == 0 ? null : string.Join(',', query.Rows.States));
        Add("direction", query.Rows.Direction switch { PeerDirection.Inbound => "inbound", PeerDirection.Outbound => "outbound", _ => null });
        Add("q", query.Rows.Text);
        Add("protocol", query.Rows.Protocol);
        Add("sort", query.Rows.Sort switch { PeerSort.Id => "id", PeerSort.Rtt => "rtt", PeerSort.LastSeen => "last_seen", PeerSort.Bytes => "bytes", _ => null });
        Add("order", query.Rows.Descending ? "desc" : "asc");
        Add("limit", query.Rows.Limit.ToString(CultureInfo.InvariantCulture));
        Add("cursor", query.Rows.Cursor);
        Add("rev", query.Known?.ToString(CultureInfo.InvariantCulture));
        Add("wait", query.Known is null ? null : query.Wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return "?" + string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }
}
