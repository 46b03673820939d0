using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests.Security;

/// <summary>Queries, and values in paths, that are wrong in every way, to each route.</summary>
public sealed class EveryRouteQueryTests
{
    private static readonly HttpStatusCode[] Answers =
        [HttpStatusCode.OK, HttpStatusCode.NotModified, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed];

    private static readonly string[] Names =
    [
        "state", "direction", "q", "protocol", "sort", "order", "limit", "cursor", "rev", "wait", "after", "follow", "endpoint", "level", "id",
        "LIMIT", "limit ", "li%6dit", "limit[]", "", "%00", "%ff", "a%0d%0ab", "\u00fc",
    ];

    private static readonly string[] Values =
    [
        "", "0", "1", "-1", "+1", "00", "1.0", "1e3", "0x10", "NaN", "null", "true", "false", "5000", "5001", "60000", "60001",
        "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999999999999",
        "Connected", "connected", "Connected,Stale", "Connected,,", "inbound", "id", "rtt", "asc", "desc", "tcp://a:1", "tcp%3A%2F%2F%5B%3A%3A1%5D%3A1",
        "%", "%2", "%zz", "%00", "%0d%0aSet-Cookie:%20a=b", "%1b%5b31m", "%c0%80", "%ff%fe", "%ed%a0%80", "%f0%9f%98%80", "..%2f..%2fetc%2fpasswd",
        "'%20or%201=1--", "%3Cscript%3E", "*", "(a+)+$", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAA", "eyJhIjoxfQ", "____", "\u00fc", "%25", "a%26b%3dc",
    ];

    [Test]
    public async Task EveryRoute_EachNameWithEachValue_IsAnswered()
    {
        await using ControlApp app = await StartAsync();
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => !route.TakesBody))
        {
            foreach (string name in Names)
            {
                foreach (string value in Values)
                    await ExpectAnswerAsync(app, route, $"{route.Path}?{name}={value}");
            }

            foreach (string query in (string[])["?", "?&", "?&&=&", "?a", "?limit=1&limit=2", "?limit=1&LIMIT=1", "?limit", "?limit=", "?=limit", "?limit=1;limit=2", "?q=" + new string('a', 4000), "?" + new string('a', 4000), "?" + string.Join('&', Enumerable.Range(0, 600).Select(i => $"a{i}=b"))])
                await ExpectAnswerAsync(app, route, route.Path + query);
        }

        app.Log.Own(LogLevel.Error).Should().BeEmpty();
    }

    [Test]
    public async Task EveryRoute_TenThousandGeneratedQueries_AreAnswered()
    {
        await using ControlApp app = await StartAsync();
        MappedRoute[] routes = [.. MappedRoute.Of(app).Where(route => !route.TakesBody)];
        Random random = new(20_260_315);
        for (int i = 0; i < 10_000; i++)
        {
            string query = string.Join('&', Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{Names[random.Next(Names.Length)]}={Values[random.Next(Values.Length)]}{(random.Next(4) == 0 ? Values[random.Next(Values.Length)] : "")}"));
            MappedRoute route = routes[i % routes.Length];
            await ExpectAnswerAsync(app, route, $"{route.Path}?{query}");
        }

        app.Log.Own(LogLevel.Error).Should().BeEmpty();
    }

    [Test]
    public async Task EveryRouteWithAValueInItsPath_AnyValue_IsAnswered()
    {
        await using ControlApp app = await StartAsync();
        MappedRoute[] routes = [.. MappedRoute.Of(app).Where(route => route.Pattern.Contains('{', StringComparison.Ordinal))];
        routes.Should().NotBeEmpty();
        foreach (MappedRoute route in routes)
        {
            // The in-memory server takes no zero in a path; over a socket one is refused before routing.
            foreach (string value in Values.Append(new string('a', 6000)).Where(value => value is not ("" or "%00")))
            {
                string path = System.Text.RegularExpressions.Regex.Replace(route.Pattern, @"\{[^}]*\}", value.Replace("$", "$$", StringComparison.Ordinal));
                await ExpectAnswerAsync(app, route, path);
            }
        }

        app.Log.Own(LogLevel.Error).Should().BeEmpty();
    }

    [Test]
    public async Task EveryRoute_RawBytesInTheTarget_OnKestrel_AreNeverAnInternalError()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => !route.TakesBody))
        {
            foreach (string tail in (string[])["?\u0001", "?\u007f", "?\u00ff\u00fe", "?a=\u0000", "?%", "?" + new string('a', 7000), "?" + new string('a', 20_000), "?a b", "?<>\"{}|^`"])
            {
                string answer = await RawHttp.SendAsync(app, $"{route.Method} {route.Path}{tail} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                answer.Split(' ').ElementAtOrDefault(1).Should().BeOneOf(["200", "400", "404", "414"], "{0}{1}", route, tail);
            }
        }
    }

    private static async Task ExpectAnswerAsync(ControlApp app, MappedRoute route, string target)
    {
        using HttpResponseMessage response = await route.SendAsync(app, target, null);
        Answers.Should().Contain(response.StatusCode, "{0} {1}", route.Method, target);
    }

    private static Task<ControlApp> StartAsync() => MappedRoute.StartAsync(new ControlAppSetup
    {
        Settings = [("P2p:Control:HeavyConcurrency", "10000"), ("P2p:Control:MaxStreams", "100000")],
        Services = services => services.Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Warning),
    });
}
