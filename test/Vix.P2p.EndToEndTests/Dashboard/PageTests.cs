using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Playwright;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>The page as a whole: loading, colours, widths, reloading, a node that goes and comes back.</summary>
public sealed class PageTests : DashboardTest
{
    private static readonly string[] Views = ["peers", "dials", "persistent", "bans", "events", "log", "node"];

    [Test]
    public async Task Open_OfANodeWithoutPeers_ShowsTheNodeAndSaysWhatToDo()
    {
        WebApp app = await StartAsync("alpha");

        await OpenAsync(app);

        await Expect(Page.Locator("#node-name")).ToHaveTextAsync("alpha");
        await Assertions.Expect(Page).ToHaveTitleAsync("alpha · 0 connected");
        await Expect(Page.Locator(".grid-none")).ToContainTextAsync("No peers yet");
        await Expect(Page.Locator(".grid-none")).ToContainTextAsync(await ListenAsync(app));
        await Expect(Page.Locator(".tile-value").First).ToHaveTextAsync("0");
        await Expect(Page.Locator("#map")).ToHaveAttributeAsync("aria-label", "The node has no peers.");
        await Expect(Page.Locator(".tile").Nth(1).Locator(".curve").First).ToHaveAttributeAsync("d", new Regex("^M[0-9. ]+L"));
    }

    [Test]
    public async Task EveryView_OfARunningNode_ShowsItsOwn()
    {
        WebApp app = await StartAsync("alpha");
        await OpenAsync(app);

        foreach ((string view, string text) in new[]
        {
            ("dials", "No dials yet"), ("persistent", "None is kept connected"), ("bans", "Nobody is banned"),
            ("events", "Nothing has happened yet"), ("log", "lines at Information"), ("node", "Handshakes completed"),
        })
        {
            await Page.Locator($"#tab-{view}").ClickAsync();
            await Expect(Page.Locator($"#view-{view}")).ToContainTextAsync(text);
            await Expect(Page.Locator("[role=tabpanel]:visible")).ToHaveCountAsync(1);
            Page.Url.Should().EndWith($"/p2p/ui/#{view}");
        }

        await Expect(Page.Locator("#view-node")).ToContainTextAsync((await app.GetAsync("/p2p/status")).Text("id"));
        await Page.Locator("#tab-log").ClickAsync();
        await Expect(Page.Locator(".log li").First).ToContainTextAsync("Info");
    }

    [Test]
    public async Task Reload_WithAViewInTheAddress_ShowsThatView()
    {
        WebApp app = await StartAsync("alpha");
        await OpenAsync(app, "#node");

        await Page.ReloadAsync();

        await Expect(Page.Locator("#view-node")).ToContainTextAsync("alpha");
        await Expect(Page.Locator("#tab-node")).ToHaveAttributeAsync("aria-selected", "true");
    }

    [Test]
    public async Task Colours_FollowTheSystemUntilTheyAreChosen()
    {
        WebApp app = await StartAsync("alpha");
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await OpenAsync(app);
        string light = await GroundAsync();

        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        string dark = await GroundAsync();
        dark.Should().NotBe(light);

        await Page.Locator("#theme").ClickAsync();
        await Expect(Page.Locator("#theme")).ToHaveAttributeAsync("aria-label", "Colours: light");
        (await GroundAsync()).Should().Be(light);
        await Page.ReloadAsync();
        (await GroundAsync()).Should().Be(light, "the choice is kept");
        await Page.Locator("#theme").ClickAsync();
        (await GroundAsync()).Should().Be(dark);
        await Page.Locator("#theme").ClickAsync();
        await Expect(Page.Locator("#theme")).ToHaveAttributeAsync("aria-label", "Colours: as the system");
    }

    [TestCase(360)]
    [TestCase(768)]
    [TestCase(1024)]
    public async Task EveryView_OnANarrowScreen_FitsItsWidth(int width)
    {
        WebApp app = await StartAsync("a-node-with-a-name-of-sixty-four-characters-and-no-space-in-it.");
        await Page.SetViewportSizeAsync(width, 740);
        await RoutePeersAsync([PeerJson.Row(1, new string('w', 64)), .. PeerJson.Many(40).Skip(1)]);
        await OpenAsync(app);

        foreach (string view in Views)
        {
            await Page.Locator($"#tab-{view}").ClickAsync();
            await Expect(Page.Locator($"#view-{view}")).ToBeVisibleAsync();
            (await OverflowAsync()).Should().BeLessThanOrEqualTo(0, view);
        }

        await Page.Locator("#tab-peers").ClickAsync();
        await Row("wwww").ClickAsync();
        await Expect(Drawer).ToBeVisibleAsync();
        (await OverflowAsync()).Should().BeLessThanOrEqualTo(0, "the drawer");
        (await Drawer.EvaluateAsync<int>("e => e.scrollWidth - e.clientWidth")).Should().Be(0);
        await Page.Keyboard.PressAsync("Escape");
        await Page.Locator("#open-connect").ClickAsync();
        await Expect(Dialog).ToBeVisibleAsync();
        (await OverflowAsync()).Should().BeLessThanOrEqualTo(0, "a dialog");
    }

    [Test]
    public async Task Node_ThatGoesAndComesBack_IsSaidAndFollowedWithoutAReload()
    {
        string url = $"http://127.0.0.1:{FreePort.Next()}";
        WebApp first = await StartAsync("alpha", $"urls={url}");
        await OpenAsync(first);
        await Page.EvaluateAsync("() => window.stillHere = true");

        await StopAsync(first);
        await ExpectLinkAsync("Gone");
        await Expect(Page.Locator("#banner")).ToContainTextAsync("The node is gone.");
        await Expect(Page.Locator("#node-name")).ToHaveTextAsync("alpha");

        await StartAsync("alpha-again", $"urls={url}");
        await ExpectLinkAsync("Live");
        await Expect(Page.Locator("#node-name")).ToHaveTextAsync("alpha-again");
        await Expect(Page.Locator("#banner")).ToBeHiddenAsync();
        await Page.Locator("#tab-events").ClickAsync();
        await Expect(Page.Locator(".feed")).ToContainTextAsync("Node restarted");
        (await Page.EvaluateAsync<bool>("() => window.stillHere")).Should().BeTrue();
    }

    [Test]
    public async Task Reload_AHundredTimes_LeavesNoStreamOpen()
    {
        WebApp app = await StartAsync("alpha", "P2p:Control:MaxStreams=2");
        await OpenAsync(app);

        for (int i = 0; i < 100; i++)
            await Page.ReloadAsync(new PageReloadOptions { WaitUntil = WaitUntilState.DOMContentLoaded });

        // With two streams left open, there would be none to be had.
        await ExpectLinkAsync("Live");
    }

    [Test]
    public async Task Open_WhereNoStreamCanBeHad_Polls()
    {
        WebApp app = await StartAsync("alpha");
        await Page.RouteAsync("**/p2p/events*", route => route.FulfillAsync(new RouteFulfillOptions { Status = 429, ContentType = "application/json", Body = """{"ok":false,"error":"rate_limited"}""" }));

        await Page.GotoAsync(PageOf(app));

        await ExpectLinkAsync("Polling");
        await Expect(Page.Locator("#node-name")).ToHaveTextAsync("alpha");
        await Expect(Page.Locator(".grid-none")).ToContainTextAsync("No peers yet");
        await Page.UnrouteAsync("**/p2p/events*");
        await Page.EvaluateAsync("() => { dispatchEvent(new Event('online')); }");
        await ExpectLinkAsync("Live");
    }

    [Test]
    public async Task Open_UnderAnotherPrefixWithoutTheLastSlash_FindsItsRoutes()
    {
        WebApp app = await StartAsync("alpha", "P2p:Control:Prefix=/ops/node");

        await Page.GotoAsync(new Uri(app.Http.BaseAddress!, "/ops/node/ui").ToString());

        await ExpectLinkAsync("Live");
        Page.Url.Should().EndWith("/ops/node/ui/");
    }

    private Task<string> GroundAsync() => Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");

    private Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
}
