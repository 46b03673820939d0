using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Dashboard;

/// <summary>GET /ui/ and the files of the page. It finds the other routes from its own address.</summary>
internal static class DashboardEndpoints
{
    private const string PagePattern = "/ui/";
    private const string AssetPattern = "/ui/{file}";

    private static readonly ControlError NotFound =
        new(ErrorKind.NotFound, "The page has no such file.", "GET /ui/ under the prefix for the page itself.", "file");

    public static void Map(ControlRoutes routes)
    {
        routes.Add(
            HttpMethods.Get,
            PagePattern,
            RouteTraits.Page,
            "Shows the node and its peers in a browser.",
            routes.Group.MapGet(PagePattern, GetPage).Produces<string>(StatusCodes.Status200OK, "text/html"));
        routes.AddUnlisted(HttpMethods.Get, AssetPattern, RouteTraits.Page, routes.Group.MapGet(AssetPattern, GetAsset));
    }

    private static IResult GetPage(HttpContext http)
    {
        // Routing takes the path without its last slash too, and the page's own addresses would then miss a segment.
        // The way there is relative: whatever the host, or a proxy, has put before the path stays.
        if (http.Request.Path.Value is { } path && !path.EndsWith('/'))
            return new PageRedirect(path[(path.LastIndexOf('/') + 1)..] + "/");
        return new AssetReply(DashboardAssets.Find(DashboardAssets.Page)!);
    }

    private static IResult GetAsset(HttpContext http, string file) =>
        DashboardAssets.Find(file) is { } asset ? new AssetReply(asset) : ErrorReply.Create(http, NotFound);
}
