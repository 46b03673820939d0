using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>Takes the pictures of docs/dashboard.md anew where VIX_PICTURES=1 asks for them.</summary>
public sealed class PictureTests : DashboardTest
{
    private static readonly string Folder = Repository.Path("docs", "dashboard");

    private WebApp _app = null!;

    [Test]
    public async Task Pictures_OfTheDocument_AreTakenOnDemand()
    {
        if (Environment.GetEnvironmentVariable("VIX_PICTURES") != "1")
            Assert.Ignore("The pictures of docs/dashboard.md are taken with VIX_PICTURES=1.");
        _app = await StartAsync("gateway-eu");
        await TakeOverviewAsync("overview", ColorScheme.Light);
        await TakeOverviewAsync("overview-dark", ColorScheme.Dark);
        await TakeManyPeersAsync();
        await TakePeerAsync();
        await TakeConnectAsync();
        await TakeEventsAsync();
        await TakePhoneAsync();
    }

    private async Task TakeOverviewAsync(string name, ColorScheme colours)
    {
        await ShowAsync(new Scene(12), colours, 1440, 900);
        await Expect(Page.Locator(".grid-body")).ToContainTextAsync("kB");

        await TakeAsync(name);
    }

    private async Task TakeManyPeersAsync()
    {
        await ShowAsync(new Scene(5000), ColorScheme.Light, 1440, 900);
        await Page.GetByRole(AriaRole.Grid).FocusAsync();

        await TakeAsync("many-peers");
    }

    private async Task TakePeerAsync()
    {
        await ShowAsync(new Scene(12), ColorScheme.Light, 1440, 900);
        await Row("pi-garage").ClickAsync();
        await Expect(Drawer.Locator(".history li").First).ToContainTextAsync("Dial");

        await TakeAsync("peer");
    }

    private async Task TakeConnectAsync()
    {
        await ShowAsync(new Scene(12), ColorScheme.Dark, 1440, 900);
        await Page.Locator("#open-connect").ClickAsync();
        await Dialog.Locator("input[name=endpoint]").FillAsync("192.0.2.13:9005");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog.Locator(".callout strong")).ToHaveTextAsync("Nobody listens there");

        await TakeAsync("connect");
    }

    private async Task TakeEventsAsync()
    {
        await ShowAsync(new Scene(12), ColorScheme.Light, 1440, 720);
        await Page.Locator("#tab-events").ClickAsync();
        await Expect(Page.Locator(".feed li")).Not.ToHaveCountAsync(0);

        await TakeAsync("events");
    }

    private async Task TakePhoneAsync()
    {
        await ShowAsync(new Scene(12), ColorScheme.Light, 360, 1360);

        await TakeAsync("phone");
    }

    private async Task ShowAsync(Scene scene, ColorScheme colours, int width, int height)
    {
        await NewPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce, TimezoneId = "Europe/Berlin" });
        await scene.PlayAsync(Page);
        await OpenAsync(_app);
        await Expect(Page.Locator("#grid-line")).ToContainTextAsync("peers");
        await Expect(Page.Locator(".map canvas")).ToHaveAttributeAsync("aria-label", new Regex("Connected"));
        scene.TellThePast();
        await Expect(Page.Locator(".tile").Nth(1).Locator(".curve").First).ToHaveAttributeAsync("d", new Regex("(L[0-9. ]+){100}"));
    }

    private Task<byte[]> TakeAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
}
