using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Samples;

public sealed partial class OpsHostTests
{
    private const string Connect = """{"host":"127.0.0.1","port":1}""";

    private ChildProcess _host = null!;
    private HttpClient _http = null!;
    private Dictionary<string, string> _passwords = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        int http = FreePort.Next();
        _host = SampleProcess.Start("OpsHost", "--urls", $"http://127.0.0.1:{http}", "--P2p:ListenPort", $"{FreePort.Next()}");
        await _host.WaitForOutputAsync("for this run: viewer ", SampleProcess.Patience);
        _passwords = Password().Matches(_host.Output).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        // As a browser that is shown each redirect, and keeps no cookie by itself.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        _host.Output.Should().NotContain("PRIVATE KEY").And.NotContain("fail:").And.NotContain("Unhandled");
    }

    [TestCase("/p2p/status")]
    [TestCase("/p2p/peers")]
    [TestCase("/p2p/ui/")]
    [TestCase("/p2p/nothing")]
    [TestCase("/openapi/v1.json")]
    public async Task Stranger_IsNotLetIn(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(path);

        // What is not ours redirects, as cookies do.
        answer.StatusCode.Should().BeOneOf(path.StartsWith("/p2p", StringComparison.Ordinal) ? [HttpStatusCode.Unauthorized] : [HttpStatusCode.Unauthorized, HttpStatusCode.Redirect]);
    }

    [TestCase("/healthz", "Healthy")]
    [TestCase("/p2p/health/live", """{"ok":true}""")]
    [TestCase("/p2p/health/ready", """{"ok":true}""")]
    public async Task Health_IsOpen(string path, string body)
    {
        (await _http.GetStringAsync(path)).Should().Be(body);
    }

    [Test]
    public async Task Viewer_WithAToken_ReadsAndChangesNothing()
    {
        AuthenticationHeaderValue viewer = new("Bearer", await TokenAsync("viewer"));

        (await SendAsync(HttpMethod.Get, "/p2p/status", viewer)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Get, "/openapi/v1.json", viewer)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Get, "/p2p/bans", viewer)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await SendAsync(HttpMethod.Post, "/p2p/connect", viewer, Connect)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task Operator_WithAToken_Changes()
    {
        AuthenticationHeaderValue ops = new("Bearer", await TokenAsync("ops"));

        using HttpResponseMessage answer = await SendAsync(HttpMethod.Post, "/p2p/connect", ops, Connect);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Get, "/p2p/bans", ops)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Operator_WithACookie_SeesTheDashboardAndForeignPagesChangeNothing()
    {
        using HttpResponseMessage signedIn = await _http.PostAsync("/login", Sign("ops", _passwords["ops"]));
        string cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
        cookie.Should().Contain("samesite=strict").And.Contain("httponly");

        using HttpRequestMessage page = new(HttpMethod.Get, "/p2p/ui/");
        page.Headers.Add("Cookie", cookie.Split(';')[0]);
        using HttpResponseMessage dashboard = await _http.SendAsync(page);
        dashboard.StatusCode.Should().Be(HttpStatusCode.OK);

        using HttpRequestMessage foreign = new(HttpMethod.Post, "/p2p/connect") { Content = Json(Connect) };
        foreign.Headers.Add("Cookie", cookie.Split(';')[0]);
        foreign.Headers.Add("Origin", "https://elsewhere.example");
        foreign.Headers.Add("Sec-Fetch-Site", "cross-site");
        using HttpResponseMessage refused = await _http.SendAsync(foreign);
        refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).Should().Contain("forbidden_origin");
    }

    [TestCase("ops", "wrong")]
    [TestCase("nobody", "wrong")]
    [TestCase("", "")]
    public async Task Login_WithWhatIsWrong_Answers401(string name, string password)
    {
        using HttpResponseMessage answer = await _http.PostAsync("/login", Sign(name, password));

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        answer.Headers.Contains("Set-Cookie").Should().BeFalse();
    }

    private async Task<string> TokenAsync(string name)
    {
        using HttpResponseMessage answer = await _http.PostAsync("/login?token=true", Sign(name, _passwords[name]));
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!.Text("accessToken");
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, AuthenticationHeaderValue caller, string? json = null)
    {
        HttpRequestMessage request = new(method, path) { Content = json is null ? null : Json(json) };
        request.Headers.Authorization = caller;
        return _http.SendAsync(request);
    }

    private static HttpContent Sign(string name, string password) => Json(new JsonObject { ["name"] = name, ["password"] = password }.ToJsonString());

    private static StringContent Json(string json) => new(json, new MediaTypeHeaderValue("application/json"));

    [GeneratedRegex(@"for this run: (\w+) (\w+)")]
    private static partial Regex Password();
}
