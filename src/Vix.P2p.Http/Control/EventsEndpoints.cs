using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Primitives;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;
using Vix.P2p.Http.Streams;

namespace Vix.P2p.Http.Control;

/// <summary>GET /events.</summary>
internal sealed class EventsEndpoints
{
    private const string Pattern = "/events";
    private const string StatusMs = "status_ms";
    private const string LastEventId = "Last-Event-ID";
    private const int DefaultStatusMs = 2000;
    private const int MinStatusMs = 500;
    private const int MaxStatusMs = 60_000;

    private static readonly string[] Parameters = [StatusMs];

    private readonly ControlPlane _plane;
    private readonly EventMessages _messages = new();
    private readonly StatusBoard _statuses;

    private EventsEndpoints(ControlPlane plane)
    {
        _plane = plane;
        _statuses = new StatusBoard(plane);
    }

    public static void Map(ControlRoutes routes)
    {
        EventsEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            Pattern,
            RouteTraits.Heavy,
            "Streams the changes of the peers, and the status from time to time, as server-sent events.",
            routes.Group.MapGet(Pattern, endpoints.Get)
                .WithMetadata(new DisableRequestTimeoutAttribute())
                .WithQuery(new QueryParameter(StatusMs, "The time between two statuses in milliseconds, at least 500; 0 for the first one alone.") { Kind = QueryKind.Integer, Minimum = 0, Maximum = MaxStatusMs, Default = JsonValue.Create(DefaultStatusMs) })
                .WithHeader(new HeaderParameter(LastEventId, "The id of the last event that was seen: the stream goes on after it, or begins with resync where it cannot."))
                .Produces<P2pEvent>(StatusCodes.Status200OK, EventContent.MediaType).WithExample("event"),
            StatusCodes.Status400BadRequest);
    }

    private IResult Get(HttpContext http)
    {
        if (!QueryReader.TryRead(http.Request.QueryString, Parameters, out QueryReader query, out ControlError? error))
            return ErrorReply.Create(http, error!);
        long statusMs = query.Integer(StatusMs, 0, MaxStatusMs) ?? DefaultStatusMs;
        if (statusMs is > 0 and < MinStatusMs)
            query.Refuse(StatusMs, "is too small", $"as 0 for the first status alone, or as an integer from {MinStatusMs} to {MaxStatusMs}");
        error = query.Error ?? _plane.Streams.Enter(http);
        if (error is not null)
            return ErrorReply.Create(http, error);

        StringValues lastEventId = http.Request.Headers[LastEventId];
        // Whoever comes back may have seen what an older status does not know of yet.
        StatusData status = lastEventId.Count == 0 ? _statuses.Recent() : _statuses.Now();
        EventPlace place = EventPlace.Find(lastEventId, _plane.Instance, status.Revision);
        TimeSpan every = statusMs == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(statusMs);
        return new StreamReply<PeerEvent>(_plane, new EventContent(_plane, _messages, _statuses, status, place, every));
    }
}
