using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET /peers and GET /peers/{id}.</summary>
internal sealed class PeersEndpoints
{
    private const string ListPattern = "/peers";
    private const string OnePattern = "/peers/{id}";
    private const int EnvelopeLength = 1024;

    private static readonly ControlError NotFound =
        new(ErrorKind.PeerNotFound, "No row has that id or key.", "GET the list of peers for the ids and keys there are.", "id");

    private readonly ControlPlane _plane;

    // How much a row took the last time, so that the next list is written without growing. Requests may race for it.
    private int _rowLength;

    private PeersEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        PeersEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            ListPattern,
            RouteTraits.Heavy,
            "Lists the peers that a query takes, a page at a time, and can wait for a change.",
            routes.Group.MapGet(ListPattern, endpoints.GetListAsync)
                .WithQuery(PeersQuery.Description)
                .Produces<P2pPeersResponse>().WithExample("peers")
                .Produces(StatusCodes.Status304NotModified)
                .WithExample("peers-query-error", StatusCodes.Status400BadRequest),
            StatusCodes.Status400BadRequest);
        routes.Add(
            HttpMethods.Get,
            OnePattern,
            RouteTraits.None,
            "Tells about one peer, by its id or by the key of its row.",
            routes.Group.MapGet(OnePattern, endpoints.GetOne).Produces<P2pPeerResponse>().WithExample("peer"),
            StatusCodes.Status404NotFound);
    }

    // No async method: where nothing is waited for, nothing is set up for it.
    private ValueTask<IResult> GetListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (!PeersQuery.TryParse(http.Request.QueryString, out PeersQuery query, out ControlError? error))
            return new(ErrorReply.Create(http, error!));
        // The node alone can tell whether it takes a cursor, and does so before anything is waited for or called unchanged.
        PeerPage? page = null;
        if (query.Rows.Cursor is not null && !TryGetPage(query, out page))
            return new(ErrorReply.Create(http, PeersQuery.BadCursor));
        if (query.Wait == TimeSpan.Zero || !IsCurrent(http, query))
            return new(Answer(http, query, page));
        error = _plane.Streams.Enter(http);
        return error is null ? WaitAsync(http, query, cancellationToken) : new(ErrorReply.Create(http, error));
    }

    private async ValueTask<IResult> WaitAsync(HttpContext http, PeersQuery query, CancellationToken cancellationToken)
    {
        using CancellationTokenSource time = new(query.Wait, _plane.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _plane.Stopping, time.Token);
        try
        {
            long revision = await _plane.Node.WaitForChangeAsync(query.Known!.Value, end.Token);
            // A node that has stopped changes no more and says so at once: a caller that asks again and again must not spin.
            if (revision == query.Known)
                await Task.Delay(Timeout.InfiniteTimeSpan, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Answer(http, query, page: null);
    }

    // A caller whose stored list is of another run or another query has nothing to wait for, whatever its revision is.
    private bool IsCurrent(HttpContext http, PeersQuery query)
    {
        long revision = _plane.Node.Revision;
        StringValues stored = http.Request.Headers.IfNoneMatch;
        return revision == query.Known
            && (StringValues.IsNullOrEmpty(stored) || PeersETag.Matches(stored, PeersETag.Create(_plane.Instance, revision, query.Tag)));
    }

    private Reply Answer(HttpContext http, PeersQuery query, PeerPage? page)
    {
        string etag = PeersETag.Create(_plane.Instance, page?.Revision ?? _plane.Node.Revision, query.Tag);
        if (PeersETag.Matches(http.Request.Headers.IfNoneMatch, etag))
            return Reply.NotModified(etag);
        if (page is null)
        {
            page = _plane.Node.GetPeers(query.Rows);
            etag = PeersETag.Create(_plane.Instance, page.Revision, query.Tag);
        }

        P2pPeerRow[] rows = new P2pPeerRow[page.Peers.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = Snapshots.Peer(page.Peers[i]);
        P2pPeersResponse body = new()
        {
            Peers = rows,
            Total = page.Total,
            Matched = page.Matched,
            Returned = rows.Length,
            Revision = page.Revision,
            NextCursor = page.Next,
        };
        Reply reply = Reply.Tagged(body, ControlJson.Peers, etag, EnvelopeLength + (rows.Length * _rowLength));
        if (rows.Length > 0)
            _rowLength = (reply.Length + (reply.Length >> 4)) / rows.Length;
        return reply;
    }

    private bool TryGetPage(PeersQuery query, out PeerPage? page)
    {
        try
        {
            page = _plane.Node.GetPeers(query.Rows);
            return true;
        }
        catch (FormatException)
        {
            page = null;
            return false;
        }
    }

    private IResult GetOne(HttpContext http, string id) => _plane.Node.TryGetPeer(id, out PeerInfo? peer)
        ? Reply.Ok(new P2pPeerResponse { Peer = Snapshots.Peer(peer) }, ControlJson.Peer, 2048)
        : ErrorReply.Create(http, NotFound);
}
