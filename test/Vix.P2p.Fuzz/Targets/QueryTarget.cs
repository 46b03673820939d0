using System.Text;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>The query of GET /peers, as the server hands it on: any text.</summary>
internal sealed class QueryTarget : IFuzzTarget
{
    private static readonly string[] Names = ["state", "direction", "q", "protocol", "sort", "order", "limit", "cursor", "rev", "wait"];

    public string Name => "query";

    public int MaxLength => 512;

    public IEnumerable<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "?state=Connected,Stale&direction=inbound&q=a&protocol=chat%2F1&sort=rtt&order=desc&limit=10", "?rev=12&wait=60000", "?limit=5000&cursor=AAAA", "?q=%F0%9F%98%80", "?state=&limit=-1",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. Names.Concat(["&", "=", "%", "%00", "%ZZ", "+", ",", "?", "#", "Connected", "inbound", "asc", "rtt", "5000", "5001", "60001", "18446744073709551616", "true"]).Select(Encoding.UTF8.GetBytes),
        [0xFF], [0],
    ];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        string text = Encoding.Latin1.GetString(input);
        var query = new QueryString(text.StartsWith('?') ? text : "?" + text);
        if (!QueryReader.TryRead(query, Names, out QueryReader reader, out ControlError? error))
        {
            See(error!, coverage);
            return;
        }

        int? states = reader.Words("state", ["Connecting", "Connected", "Stale"]);
        string? sought = reader.Text("q", 128);
        long? limit = reader.Integer("limit", 1, 5000);
        long? wait = reader.Integer("wait", 0, 60_000);
        int? sort = reader.Word("sort", ["id", "rtt", "last_seen", "bytes"]);
        Broken.Unless(sought is null or { Length: > 0 and <= 128 }, "a text is longer than it may be");
        Broken.Unless(limit is null or (>= 1 and <= 5000) && wait is null or (>= 0 and <= 60_000) && sort is null or (>= 0 and < 4) && states is null or (>= 0 and < 8), "a value is out of its range");
        coverage.Visit(1 + (states ?? 8) + (sort is null ? 0 : 16 << (int)sort) + (limit is null ? 0 : 512) + (wait is null ? 0 : 1024));
        if (reader.Error is { } wrong)
            See(wrong, coverage);
    }

    public void Dispose()
    {
    }

    private static void See(ControlError error, Coverage coverage)
    {
        coverage.Visit(5000 + (error.Detail.Length * 7) + (error.Field?.Length ?? 0));
        Broken.Unless(error.Kind == ErrorKind.InvalidQuery, "a query is another error than that");
        Broken.Unless(error.Field is null || !error.Field.AsSpan().ContainsAnyExceptInRange(' ', '~'), "the name of a field is not printable");
    }
}
