using System.Globalization;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Playwright;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>The table, the drawing and the drawer.</summary>
public sealed class PeersTests : DashboardTest
{
    [Test]
    public async Task Peers_ThatComeAndGo_AreShownLiveWithTheirReason()
    {
        WebApp alpha = await StartAsync("alpha");
        WebApp beta = await StartAsync("beta");
        await OpenAsync(alpha);

        await ConnectAsync(beta, alpha);
        await Expect(Row("beta")).ToContainTextAsync("Connected");
        await Expect(Row("beta")).ToContainTextAsync("inbound");
        await Expect(Page.Locator(".tile-value").First).ToHaveTextAsync("1");
        await Expect(Page.Locator("#map")).ToHaveAttributeAsync("aria-label", "The node in the middle of 1 peer: 1 Connected.");
        await Row("beta").ClickAsync();
        await Expect(Drawer).ToContainTextAsync((await beta.GetAsync("/p2p/status")).Text("id"));
        await Expect(Drawer).ToContainTextAsync("Authenticated and encrypted");

        await StopAsync(beta);
        await Expect(Row("beta")).ToContainTextAsync(new Regex("Closed.*(Connection lost|Stopping)"));
        await Expect(Drawer.Locator(".history li").First).ToContainTextAsync("Disconnected");
        await Page.Keyboard.PressAsync("Escape");
        await Page.Locator("#tab-events").ClickAsync();
        await Expect(Page.Locator(".feed li").First).ToContainTextAsync("Disconnected");
        await Expect(Page.Locator(".feed")).ToContainTextAsync("beta");
    }

    [Test]
    public async Task Peers_FiveThousand_AreScrolledFilteredAndSortedWithFewElements()
    {
        WebApp app = await StartAsync("alpha");
        await RoutePeersAsync(PeerJson.Many(5000));
        await OpenAsync(app);
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("5,000 peers");
        ILocator grid = Page.GetByRole(AriaRole.Grid);
        await Expect(grid).ToHaveAttributeAsync("aria-rowcount", "5001");
        (await Rows.CountAsync()).Should().BeInRange(5, 40);
        await Expect(Page.Locator("#map")).ToHaveAttributeAsync("aria-label", "The node in the middle of 5,000 peers: 4,500 Connected, 500 Closed.");

        await grid.FocusAsync();
        await Page.Keyboard.PressAsync("End");
        await Expect(Row("peer-5000")).ToHaveAttributeAsync("aria-rowindex", "5001");
        (await Rows.CountAsync()).Should().BeInRange(5, 40);

        await Page.GetByRole(AriaRole.Searchbox).FillAsync("peer-49 chat");
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("100 of 5,000 peers");
        await Button("Closed 500").ClickAsync();
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("10 of 5,000 peers");
        await Page.GetByRole(AriaRole.Searchbox).FillAsync("peer-49 nothing");
        await Expect(Page.Locator(".grid-none")).ToContainTextAsync("No peer fits");
        await Button("Show all peers").ClickAsync();
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("5,000 peers");

        await Button("RTT").ClickAsync();
        await Expect(Page.Locator("[aria-sort=ascending]")).ToHaveTextAsync("RTT");
        await Expect(Row("< 1 ms").First).ToHaveAttributeAsync("aria-rowindex", new Regex("^([2-9]|1[0-9])$"));
        await Button("RTT").ClickAsync();
        await Expect(Page.Locator("[aria-sort=descending]")).ToHaveTextAsync("RTT");
        await Expect(Row("299 ms").First).ToBeVisibleAsync();
        await Page.Locator("#direction").SelectOptionAsync("inbound");
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("1,666 of 5,000 peers");
    }

    [Test]
    public async Task Peers_FiveThousand_AreDrawnInATimeThatNobodyNotices()
    {
        WebApp app = await StartAsync("alpha");
        await RoutePeersAsync(PeerJson.Many(5000));
        await OpenAsync(app);
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("5,000 peers");

        // Elements that are made or moved while the whole table goes by, a page at a time.
        int most = await Page.GetByRole(AriaRole.Grid).EvaluateAsync<int>("""
            async grid => {
              let most = 0;
              for (let top = 0; top < grid.scrollHeight; top += 20 * grid.clientHeight) {
                grid.scrollTop = top;
                await new Promise(requestAnimationFrame);
                most = Math.max(most, grid.querySelectorAll('.grid-row').length);
              }
              return most;
            }
            """);

        most.Should().BeInRange(5, 40);
        await Expect(Row("peer-4990")).ToHaveCountAsync(await Row("peer-4990").CountAsync());
    }

    [TestCase("<img src=x onerror=\"document.title='owned'\">", "<img src=x onerror=\"document.title='owned'\">")]
    [TestCase("<script>document.title='owned'</script>", "<script>document.title='owned'</script>")]
    [TestCase("safe\u202Egpj.exe", "safe\\u{202e}gpj.exe")]
    [TestCase("\u2066\u200B\u0007bell", "\\u{2066}\\u{200b}\\u{7}bell")]
    [TestCase("javascript:alert(1)//{{7*7}}${7*7}", "javascript:alert(1)//{{7*7}}${7*7}")]
    [TestCase("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww", "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww")]
    [TestCase("__proto__", "__proto__")]
    public async Task Peer_WithAHostileName_IsShownAsText(string name, string shown)
    {
        WebApp app = await StartAsync("alpha");
        await RoutePeersAsync([PeerJson.Row(1, name)]);
        await OpenAsync(app);

        await Expect(Rows.First.Locator(".name")).ToHaveTextAsync(shown);
        await Rows.First.ClickAsync();
        await Expect(Drawer.Locator("h2")).ToHaveTextAsync(shown);
        await Page.Keyboard.PressAsync("Escape");
        // The drawing gets its room back and follows in its own time, and looks for what is under the pointer when that
        // moves.
        float aside = 0;
        await Poll.UntilAsync(
            async () =>
            {
                LocatorBoundingBoxResult drawing = (await Page.Locator("#map").BoundingBoxAsync())!;
                await Page.Locator("#map").HoverAsync(new LocatorHoverOptions { Position = new Position { X = (drawing.Width / 2) + (aside = 1 - aside), Y = 30 } });
                return await Page.Locator("#map-tip .name").CountAsync();
            },
            count => count > 0,
            TimeSpan.FromSeconds(60),
            "the peer in the drawing has its name");
        await Expect(Page.Locator("#map-tip .name")).ToHaveTextAsync(shown);
        (await Page.Locator("img, #main script, iframe, object").CountAsync()).Should().Be(0);
        (await Page.TitleAsync()).Should().StartWith("alpha");
        (await Rows.First.EvaluateAsync<bool>("row => row.scrollWidth <= row.clientWidth && row.clientHeight < 70")).Should().BeTrue("a name stays in its place");
    }

    [Test]
    public async Task Node_ThatReallyHasAHostileName_IsShownAsTextEverywhere()
    {
        const string name = "<img src=x onerror=document.title=1>";
        WebApp alpha = await StartAsync("alpha");
        WebApp beta = await StartAsync(name);
        await OpenAsync(alpha);

        await ConnectAsync(alpha, beta);
        await Expect(Row(name)).ToContainTextAsync("Connected");
        await Page.Locator("#tab-events").ClickAsync();
        await Expect(Page.Locator(".feed li").First).ToContainTextAsync(name);
        await Page.Locator("#tab-log").ClickAsync();
        await Expect(Page.Locator(".log")).ToContainTextAsync("img src=x");
        await Page.GotoAsync(PageOf(beta));
        await Expect(Page.Locator("#node-name")).ToHaveTextAsync(name);
        (await Page.Locator("img").CountAsync()).Should().Be(0);
    }

    [Test]
    public async Task Peers_AsTheyAreDrawnFirst_HaveWhatIsNotAsItShouldBeOnTop()
    {
        WebApp app = await StartAsync("alpha");
        await RoutePeersAsync([PeerJson.Row(1, "fine"), PeerJson.Row(2, "over", "Closed"), PeerJson.Row(3, "silent", "Stale"), PeerJson.Row(4, "away", "Disconnected")]);
        await OpenAsync(app);

        string[] expected = ["away", "silent", "fine", "over"];
        for (int i = 0; i < expected.Length; i++)
            await Expect(Row(expected[i])).ToHaveAttributeAsync("aria-rowindex", (i + 2).ToString(CultureInfo.InvariantCulture));
    }
}
