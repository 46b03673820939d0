namespace Vix.P2p.Http.Tests.Security;

/// <summary>Verbs, and what asks to be taken for another verb.</summary>
public sealed class EveryRouteMethodTests
{
    private static readonly string[] Verbs =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "QUERY", "LINK", "BREW", "P0ST", "X"];

    [Test]
    public async Task EveryPath_AnyVerb_AnswersItsOwnMethodsAndNamesThemToOthers()
    {
        await using ControlApp app = await MappedRoute.StartAsync();
        foreach (IGrouping<string, MappedRoute> path in MappedRoute.Of(app).GroupBy(route => route.Pattern))
        {
            string[] own = [.. path.Select(route => route.Method)];
            string before = MappedRoute.StateOf(app.Node);
            foreach (string verb in Verbs.Except(own))
            {
                MappedRoute any = path.First();
                HttpContent? content = any.Body is { } json ? MappedRoute.Json(json) : null;
                using HttpResponseMessage response = await app.SendAsync(new HttpMethod(verb), any.PathAndQuery, content);

                await response.ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
                response.Content.Headers.Allow.Should().BeEquivalentTo(own, "{0} {1}", verb, path.Key);
            }

            MappedRoute.StateOf(app.Node).Should().Be(before);
        }
    }

    [TestCase("X-HTTP-Method-Override")]
    [TestCase("X-HTTP-Method")]
    [TestCase("X-Method-Override")]
    [TestCase("X-Original-Method")]
    public async Task EveryRouteThatChanges_ByAMethodOverride_IsNotReached(string header)
    {
        await using ControlApp app = await MappedRoute.StartAsync();
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.Changes))
        {
            foreach (string verb in (string[])["GET", "POST", "PUT"])
            {
                if (verb == route.Method)
                    continue;
                foreach (string path in (string[])[route.PathAndQuery, $"{route.Path}?_method={route.Method}", $"{route.Path}?X-HTTP-Method-Override={route.Method}"])
                {
                    HttpContent? content = route.Body is { } json ? MappedRoute.Json(json) : null;
                    using HttpResponseMessage response = await app.SendAsync(new HttpMethod(verb), path, content, (header, route.Method));
                    response.StatusCode.Should().NotBe(HttpStatusCode.InternalServerError);
                }
            }
        }

        // Another route may answer one of these verbs; none of them is the one that was asked for by the header.
        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [TestCase("get")]
    [TestCase("pOST")]
    [TestCase("post")]
    [TestCase("delete")]
    [TestCase("POST,GET")]
    [TestCase("P%4fST")]
    public async Task EveryRoute_VerbThatIsAlmostOne_OnKestrel_IsPolicedLikeAnyOther(string verb)
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            string body = route.Body ?? "";
            foreach (string headers in (string[])["X-Forwarded-For: 192.0.2.1", "Sec-Fetch-Site: cross-site", "Origin: https://evil.example"])
            {
                string answer = await RawHttp.SendAsync(app, $"{verb} {route.PathAndQuery} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
                answer.Should().NotStartWith("HTTP/1.1 500");
                if (headers.StartsWith('X'))
                    answer.Split(' ')[1].Should().BeOneOf("403", "400", "501");
            }
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }
}
