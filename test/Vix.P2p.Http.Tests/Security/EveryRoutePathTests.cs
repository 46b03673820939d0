using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Security;

/// <summary>Ways of writing a path that some parts of a server take for the same and others do not, as they come over a socket.</summary>
public sealed class EveryRoutePathTests
{
    private const string Forwarded = "X-Forwarded-For: 192.0.2.1";

    [Test]
    public async Task EveryPathVariant_OfAStranger_IsRefused()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            foreach (string path in Variants(route.Path))
                (await StatusAsync(app, route, path, Forwarded)).Should().BeOneOf(["403", "404", "400"], "{0} {1}", route.Method, path);
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task EveryPathVariant_OfAProtectedRoute_FollowsTheHostsPolicy()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup
        {
            Server = RawHttp.Kestrel,
            Services = services =>
            {
                services.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
                services.AddAuthorizationBuilder().AddPolicy("ops", policy => policy.RequireUserName("ops"));
            },
            Map = app => app.MapP2pControl().Protected(p => p.RequireAuthorization("ops")),
        });
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.IsProtected))
        {
            // A caller on this machine, who may call whatever the host has not protected: 404 and 405 are answers to
            // a path that is another one, 401 is the host's.
            foreach (string path in Variants(route.Path))
                (await StatusAsync(app, route, path, "A: b")).Should().BeOneOf(["401", "404", "400", "405"], "{0} {1}", route.Method, path);
            (await StatusAsync(app, route, route.Path, "A: b")).Should().Be("401", route.Name);
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task EveryPathVariant_OfAnyKind_IsNeverAnInternalError()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => !route.Changes))
        {
            foreach (string path in Variants(route.Path))
                (await StatusAsync(app, route, path, "A: b")).Should().NotStartWith("5", "{0} {1}", route.Method, path);
        }
    }

    private static IEnumerable<string> Variants(string path)
    {
        path = path.TrimEnd('/');
        int last = path.LastIndexOf('/') + 1;
        (string head, string name) = (path[..last], path[last..]);
        string escaped = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{head}%{(int)name[0]:x2}{name[1..]}");
        return
        [
            path.ToUpperInvariant(),
            path.Replace("/p2p", "/P2p", StringComparison.Ordinal),
            path.Replace("/p2p", "/%702p", StringComparison.Ordinal),
            path.Replace("/p2p", "/%2570%32p", StringComparison.Ordinal),
            escaped,
            escaped.Replace("%", "%25", StringComparison.Ordinal),
            path + "/",
            path + "//",
            path + "/.",
            path + "/./",
            path + "/x/..",
            path + "/%2e",
            path + "/%2e%2e/" + name,
            path + "%2f",
            path + "%2F..%2F" + name,
            path + "%5c",
            path + "\\",
            path + ";x=1",
            path + ";/../" + name,
            path + "%00",
            path + "%20",
            path + ".",
            path + "?/../x",
            path + "#x",
            "/" + path,
            "/." + path,
            "/x/.." + path,
            "/x/%2e%2e" + path,
            head + "./" + name,
            head + "/" + name,
            head + "%2f" + name,
            head.TrimEnd('/') + "\\" + name,
            head.TrimEnd('/') + "%5c" + name,
            "http://localhost" + path,
            "http://evil.example" + path,
            path.Insert(2, "\u00ad"),
            path.Replace("p", "%c3%b0", StringComparison.Ordinal),
            path.Replace("2", "%ef%bc%92", StringComparison.Ordinal),
        ];
    }

    private static async Task<string> StatusAsync(ControlApp app, MappedRoute route, string path, string header)
    {
        string body = route.Body ?? "";
        string answer = await RawHttp.SendAsync(app, $"{route.Method} {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        return answer.Split(' ')[1];
    }
}
