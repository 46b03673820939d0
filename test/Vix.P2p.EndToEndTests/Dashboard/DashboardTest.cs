using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Playwright;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>
/// A test of the page in a browser. After each one, the page has written no error, broken no policy of its own and
/// asked no other server for anything.
/// </summary>
public abstract class DashboardTest
{
    /// <summary>How long a condition of the page may take; far more than it needs.</summary>
    private const float Patience = 60_000;

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<Uri> _requests = new();
    private readonly List<WebApp> _apps = [];
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IBrowserContext _context = null!;

    private protected IPage Page { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task LaunchAsync()
    {
        Chromium.Require();
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    [SetUp]
    public Task NewPageAsync() => NewPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });

    [TearDown]
    public async Task CheckAndStopAsync()
    {
        await _context.DisposeAsync();
        foreach (WebApp app in _apps.ToArray())
            await StopAsync(app);
        string[] complaints = [.. _complaints];
        Uri[] requests = [.. _requests];
        _complaints.Clear();
        _requests.Clear();
        complaints.Should().BeEmpty();
        requests.Select(request => request.Host).Distinct().Should().BeSubsetOf(["127.0.0.1", Chromium.OtherHost], "the page asks its own server and no other");
    }

    /// <summary>Another page in the place of the one there is.</summary>
    private protected async Task NewPageAsync(BrowserNewContextOptions options)
    {
        if (_context is not null)
            await _context.DisposeAsync();
        _context = await _browser.NewContextAsync(options);
        _context.SetDefaultTimeout(Patience);
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => _complaints.Enqueue(error);
        Page.Dialog += (_, dialog) => _complaints.Enqueue($"A dialog: {dialog.Message}");
        Page.Request += (_, request) => _requests.Enqueue(new Uri(request.Url));
        Page.Console += (_, message) =>
        {
            // Chromium writes each answer that is an error to the console, those that a test asks for too.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _complaints.Enqueue($"{message.Type}: {message.Text}");
        };
    }

    /// <summary>Starts a node with a control plane; it goes with the test.</summary>
    private protected async Task<WebApp> StartAsync(string name, params string[] settings)
    {
        WebApp app = await WebApp.StartAsync([$"P2p:NodeId={name}", "P2p:ListenAddress=127.0.0.1", $"P2p:ListenPort={FreePort.Next()}", .. settings]);
        _apps.Add(app);
        return app;
    }

    /// <summary>Kills a node.</summary>
    private protected async Task StopAsync(WebApp app)
    {
        _apps.Remove(app);
        await app.DisposeAsync();
    }

    /// <summary>Opens the page and waits until it is up to date.</summary>
    private protected async Task OpenAsync(WebApp app, string view = "")
    {
        await Page.GotoAsync(PageOf(app) + view);
        await ExpectLinkAsync("Live");
    }

    private protected static string PageOf(WebApp app) => new Uri(app.Http.BaseAddress!, "/p2p/ui/").ToString();

    private protected Task ExpectLinkAsync(string text) => Expect(Page.Locator("#link-text")).ToHaveTextAsync(text);

    /// <summary>The rows of the table that hold a text.</summary>
    private protected ILocator Row(string text) => Page.Locator(".grid-body .grid-row", new PageLocatorOptions { HasText = text });

    private protected ILocator Rows => Page.Locator(".grid-body .grid-row");

    private protected ILocator Drawer => Page.Locator("#drawer");

    private protected ILocator Dialog => Page.Locator("dialog[open]");

    private protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    private protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    /// <summary>Where the node listens.</summary>
    private protected static async Task<string> ListenAsync(WebApp app) =>
        (await app.GetAsync("/p2p/status"))["listen"]![0]!.GetValue<string>();

    /// <summary>Lets the first node dial the second and waits for the connection.</summary>
    private protected static async Task ConnectAsync(WebApp from, WebApp to)
    {
        Uri endpoint = new(await ListenAsync(to));
        await from.PostTextAsync("/p2p/connect", $$"""{"host":"127.0.0.1","port":{{endpoint.Port}}}""");
        await Poll.UntilAsync(from.PeersAsync, rows => rows.Any(row => row.Text("state") == "Connected" && row.Text("endpoint").EndsWith($":{endpoint.Port}", StringComparison.Ordinal)), TimeSpan.FromSeconds(60), "a connection");
    }

    /// <summary>Answers the page's question for the peers with rows of the test's own; everything else stays real.</summary>
    private protected Task RoutePeersAsync(IReadOnlyList<string> rows) => Page.RouteAsync("**/p2p/peers?*", route => route.FulfillAsync(new RouteFulfillOptions
    {
        ContentType = "application/json",
        Body = $$"""{"ok":true,"peers":[{{string.Join(',', rows)}}],"total":{{rows.Count}},"matched":{{rows.Count}},"returned":{{rows.Count}},"revision":1000000}""",
    }));

    /// <summary>What a module of the page gives for an expression in which it is m.</summary>
    private protected Task<T> ModuleAsync<T>(string module, string expression) =>
        Page.EvaluateAsync<T>($"async () => {{ const m = await import('./{module}.js'); return {expression}; }}");
}
