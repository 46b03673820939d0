using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Logging;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;
using Vix.P2p.Http.Streams;

namespace Vix.P2p.Http.Control;

/// <summary>GET /logs.</summary>
internal sealed class LogsEndpoints
{
    private const string Pattern = "/logs";
    private const string Lines = "lines";
    private const string After = "after";
    private const string Level = "level";
    private const string Follow = "follow";
    private const int MaxLines = 1000;
    private const int ExpectedLineLength = 256;

    private static readonly string[] Parameters = [Lines, After, Level, Follow];

    private static readonly string[] Levels = [nameof(LogLevel.Information), nameof(LogLevel.Warning), nameof(LogLevel.Error), nameof(LogLevel.Critical)];

    private readonly ControlPlane _plane;

    private LogsEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        LogsEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            Pattern,
            RouteTraits.Heavy | RouteTraits.Protected,
            "Tells the last lines of the log, as text or as one JSON object a line; with follow those to come too.",
            routes.Group.MapGet(Pattern, endpoints.Get)
                .WithMetadata(new DisableRequestTimeoutAttribute())
                .WithQuery(
                    new QueryParameter(Lines, "How many lines at most, the last ones.") { Kind = QueryKind.Integer, Minimum = 1, Maximum = MaxLines, Default = JsonValue.Create(MaxLines) },
                    new QueryParameter(After, "The number of the last line that was seen: only those after it.") { Kind = QueryKind.Integer, Minimum = 0, Default = JsonValue.Create(0) },
                    new QueryParameter(Level, "The lowest level.") { Values = Levels, Default = JsonValue.Create(Levels[0]) },
                    new QueryParameter(Follow, "Whether the answer stays open and tells the lines to come.") { Kind = QueryKind.Boolean, Default = JsonValue.Create(false) })
                .Produces<P2pLogLine>(StatusCodes.Status200OK, LogFormat.NdjsonType, LogFormat.TextType)
                .WithExample("log-line", contentType: LogFormat.NdjsonType)
                .WithExample("logs", contentType: LogFormat.TextType),
            StatusCodes.Status400BadRequest);
    }

    private IResult Get(HttpContext http)
    {
        if (!QueryReader.TryRead(http.Request.QueryString, Parameters, out QueryReader query, out ControlError? error))
            return ErrorReply.Create(http, error!);
        int count = (int)(query.Integer(Lines, 1, MaxLines) ?? MaxLines);
        long after = query.Integer(After, 0, long.MaxValue) ?? 0;
        LogLevel level = LogLevel.Information + (query.Word(Level, Levels) ?? 0);
        bool follow = query.Boolean(Follow) ?? false;
        error = query.Error;
        if (error is null && follow)
            error = _plane.Streams.Enter(http);
        if (error is not null)
            return ErrorReply.Create(http, error);

        LogFormat format = LogFormat.Choose(http.Request.Headers.Accept);
        IReadOnlyList<NodeLogLine> lines = _plane.Node.GetLogLines();
        int first = First(lines, count, after, level);
        if (follow)
        {
            // Where the chosen lines begin: the stream reads them by itself, a batch at a time.
            long place = first > 0 ? lines[first - 1].Sequence : 0;
            return new StreamReply<NodeLogLine>(_plane, new LogContent(_plane, place, level, format));
        }

        PooledByteWriter body = new((lines.Count - first) * ExpectedLineLength);
        for (int i = first; i < lines.Count; i++)
        {
            if (lines[i].Level >= level)
                format.Write(body, lines[i]);
        }

        return Reply.Written(body, format.ContentType);
    }

    /// <summary>The place of the first line to send: of those after a number and of a level, the last so many.</summary>
    private static int First(IReadOnlyList<NodeLogLine> lines, int count, long after, LogLevel level)
    {
        // A number that is still to come is one of an earlier run of the node.
        if (lines.Count == 0 || after > lines[^1].Sequence)
            after = 0;
        int first = lines.Count;
        for (int i = lines.Count - 1; i >= 0 && count > 0 && lines[i].Sequence > after; i--)
        {
            if (lines[i].Level < level)
                continue;
            first = i;
            count--;
        }

        return first;
    }
}
