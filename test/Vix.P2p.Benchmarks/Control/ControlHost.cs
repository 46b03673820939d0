using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Responses;
using Vix.P2p.Http.Control;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>One Kestrel with the node's control plane and its rivals.</summary>
internal sealed class ControlHost : IAsyncDisposable
{
    public const string Node = "/p2p";
    public const string BareSnapshot = "/bare/snapshot";
    public const string BareReady = "/bare/ready";
    public const string Stored = "/stored";

    public static readonly string[] Paths = [Status, Peers];

    public const string Status = "/status";
    public const string Peers = "/peers";
    public const string Events = "/events";

    /// <summary>What the bare API calls the first page of <see cref="PageRows"/> rows.</summary>
    public const string Page = "/page";

    public const int PageRows = 100;

    private readonly WebApplication _app;

    private ControlHost(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    public static async Task<ControlHost> StartAsync(IP2pNode node)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(node);
        WebApplication app = builder.Build();
        app.MapP2pControl(Node);
        MapBareSnapshot(app.MapGroup(BareSnapshot), node);
        MapBareReady(app.MapGroup(BareReady), node);
        MapStored(app.MapGroup(Stored), node);
        await app.StartAsync();
        return new ControlHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void MapBareSnapshot(RouteGroupBuilder group, IP2pNode node)
    {
        group.MapGet(Status, () => TypedResults.Json(Snapshots.Status(node.GetStatus()), ControlJson.Status));
        group.MapGet(Peers, () => TypedResults.Json(ListOf(node), ControlJson.Peers));
        group.MapGet(Page, (HttpContext http) => GetPage(http, node));
    }

    private static IResult GetPage(HttpContext http, IP2pNode node)
    {
        string etag = $"W/\"{node.Revision}\"";
        http.Response.Headers.ETag = etag;
        return http.Request.Headers.IfNoneMatch == etag
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Json(PageOf(node), ControlJson.Peers);
    }

    private static void MapBareReady(RouteGroupBuilder group, IP2pNode node)
    {
        P2pStatusResponse status = Snapshots.Status(node.GetStatus());
        P2pPeersResponse peers = ListOf(node);
        group.MapGet(Status, () => TypedResults.Json(status, ControlJson.Status));
        group.MapGet(Peers, () => TypedResults.Json(peers, ControlJson.Peers));
    }

    private static void MapStored(RouteGroupBuilder group, IP2pNode node)
    {
        byte[] status = JsonSerializer.SerializeToUtf8Bytes(Snapshots.Status(node.GetStatus()), ControlJson.Status);
        byte[] peers = JsonSerializer.SerializeToUtf8Bytes(ListOf(node), ControlJson.Peers);
        group.MapGet(Status, () => TypedResults.Bytes(status, "application/json"));
        group.MapGet(Peers, () => TypedResults.Bytes(peers, "application/json"));
    }

    private static P2pPeersResponse PageOf(IP2pNode node)
    {
        PeerPage page = node.GetPeers(new PeerQuery { Limit = PageRows });
        P2pPeerRow[] rows = [.. page.Peers.Select(Snapshots.Peer)];
        return new P2pPeersResponse { Peers = rows, Total = page.Total, Matched = page.Matched, Returned = rows.Length, Revision = page.Revision, NextCursor = page.Next };
    }

    private static P2pPeersResponse ListOf(IP2pNode node)
    {
        PeerList list = node.GetPeers();
        P2pPeerRow[] rows = [.. list.Peers.Select(Snapshots.Peer)];
        return new P2pPeersResponse { Peers = rows, Total = rows.Length, Matched = rows.Length, Returned = rows.Length, Revision = list.Revision };
    }
}
