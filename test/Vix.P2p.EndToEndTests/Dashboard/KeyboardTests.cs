using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>The page without a mouse.</summary>
public sealed class KeyboardTests : DashboardTest
{
    [Test]
    public async Task Table_ByKeys_IsSearchedWalkedAndOpened()
    {
        WebApp app = await StartAsync("alpha");
        await RoutePeersAsync(PeerJson.Many(200));
        await OpenAsync(app);
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("200 peers");

        await Page.Keyboard.PressAsync("/");
        (await FocusedAsync()).Should().Be("search");
        await Page.Keyboard.TypeAsync("peer-01");
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("100 of 200 peers");
        await Page.Keyboard.PressAsync("ArrowDown");
        (await FocusedAsync()).Should().Be("grid");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.Locator(".grid-row[aria-selected=true]")).ToContainTextAsync("peer-0101");
        foreach ((string key, string row) in new[] { ("ArrowDown", "peer-0102"), ("ArrowUp", "peer-0101"), ("End", "peer-0190"), ("Home", "peer-0101"), ("PageDown", "peer-01"), ("PageUp", "peer-0101") })
        {
            await Page.Keyboard.PressAsync(key);
            await Expect(Page.Locator(".grid-row[aria-selected=true]")).ToContainTextAsync(row);
        }

        string? active = await Page.Locator(".grid").GetAttributeAsync("aria-activedescendant");
        await Expect(Page.Locator($"#{active}")).ToContainTextAsync("peer-0101");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Drawer).ToBeVisibleAsync();
        (await FocusedAsync()).Should().Be("drawer");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Drawer).ToBeHiddenAsync();
        (await FocusedAsync()).Should().Be("grid");
    }

    [Test]
    public async Task Tab_ThroughThePage_ReachesEachControlInOrderAndShowsWhereItIs()
    {
        WebApp app = await StartAsync("alpha");
        await RoutePeersAsync(PeerJson.Many(3));
        await OpenAsync(app);
        await Expect(Page.Locator("#grid-line")).ToHaveTextAsync("3 peers");

        List<string> order = [];
        for (int i = 0; i < 40 && !order.Contains("sort"); i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            order.Add(await FocusedAsync());
            (await Page.EvaluateAsync<bool>("() => getComputedStyle(document.activeElement).outlineStyle !== 'none'")).Should().BeTrue("where the focus is can be seen at {0}", order[^1]);
        }

        order.Should().StartWith(["skip", "open-connect", "theme", "tab-peers", "search", "direction", "chip"]).And.EndWith(["grid", "sort"]);
    }

    [Test]
    public async Task Tabs_ByArrowKeys_ChangeTheView()
    {
        WebApp app = await StartAsync("alpha");
        await OpenAsync(app);
        await Page.Locator("#tab-peers").FocusAsync();

        foreach ((string key, string tab) in new[] { ("ArrowRight", "tab-dials"), ("End", "tab-node"), ("ArrowRight", "tab-peers"), ("ArrowLeft", "tab-node"), ("Home", "tab-peers") })
        {
            await Page.Keyboard.PressAsync(key);
            (await FocusedAsync()).Should().Be(tab);
            await Expect(Page.Locator($"#{tab}")).ToHaveAttributeAsync("aria-selected", "true");
        }
    }

    [Test]
    public async Task Dialog_ByKeys_OpensKeepsTheFocusAndGivesItBack()
    {
        WebApp app = await StartAsync("alpha");
        await OpenAsync(app);

        await Page.Locator("#open-connect").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        (await FocusedAsync()).Should().Be("endpoint");
        for (int i = 0; i < 12; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            (await Page.EvaluateAsync<bool>("() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null")).Should().BeTrue("what lies below a dialog cannot be reached");
        }

        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        (await FocusedAsync()).Should().Be("open-connect");
    }

    [Test]
    public async Task SkipLink_ByKeys_GoesPastTheHeader()
    {
        WebApp app = await StartAsync("alpha");
        await OpenAsync(app);

        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");
        await Page.Keyboard.PressAsync("Tab");

        (await FocusedAsync()).Should().Be("tab-peers");
        await Expect(Page.Locator("#view-peers")).ToBeVisibleAsync();
    }

    /// <summary>What has the focus: its id, its name, or its class.</summary>
    private Task<string> FocusedAsync() => Page.EvaluateAsync<string>("() => document.activeElement.id || document.activeElement.name || document.activeElement.classList[0] || document.activeElement.tagName");
}
