using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>The page where the server wants its key.</summary>
public sealed class KeyTests : DashboardTest
{
    private const string Key = "correct-horse-battery-staple-0123456789";

    [Test]
    public async Task Open_WhereAKeyIsWanted_AsksForItUntilItIsRight()
    {
        WebApp app = await StartWithKeyAsync();
        await Page.GotoAsync(PageOf(app));

        await Expect(Dialog.Locator("h2")).ToHaveTextAsync("API key");
        await ExpectLinkAsync("Refused");
        await EnterAsync("two words");
        await Expect(Dialog.Locator("[role=alert]")).ToContainTextAsync("without spaces");
        await EnterAsync("wrong-horse-battery-staple-01234567890");
        await Expect(Dialog.Locator("[role=alert]")).ToContainTextAsync("not the one");
        await EnterAsync(Key);

        await ExpectLinkAsync("Live");
        await Expect(Page.Locator("#node-name")).ToHaveTextAsync("alpha");
        await Expect(Dialog).ToHaveCountAsync(0);
        (await StoredAsync()).Should().NotContain(Key);
        await Page.ReloadAsync();
        await Expect(Dialog.Locator("h2")).ToHaveTextAsync("API key");
    }

    [Test]
    public async Task Key_ThatIsToBeRemembered_OutlivesAReloadAndIsForgottenOnDemand()
    {
        WebApp app = await StartWithKeyAsync();
        await Page.GotoAsync(PageOf(app));

        await Dialog.Locator("input[type=checkbox]").CheckAsync();
        await EnterAsync(Key);
        await ExpectLinkAsync("Live");
        await Page.ReloadAsync();
        await ExpectLinkAsync("Live");
        (await Page.EvaluateAsync<string>("() => JSON.stringify(localStorage) + document.cookie")).Should().NotContain(Key);

        await Button("Forget key").ClickAsync();
        await Expect(Dialog.Locator("h2")).ToHaveTextAsync("API key");
        (await StoredAsync()).Should().NotContain(Key);
    }

    [Test]
    public async Task Prompt_ThatWasClosed_IsOpenedAgainByItsButton()
    {
        WebApp app = await StartWithKeyAsync();
        await Page.GotoAsync(PageOf(app));
        await Expect(Dialog).ToBeVisibleAsync();

        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Page.Locator("#banner")).ToContainTextAsync("The API key is missing or wrong.");
        await Button("Enter the key").ClickAsync();
        await EnterAsync(Key);

        await ExpectLinkAsync("Live");
    }

    [Test]
    public async Task Page_UnderTheNameOfAnotherMachine_SteersWithTheKey()
    {
        WebApp app = await StartWithKeyAsync();
        await Page.GotoAsync($"http://{Chromium.OtherHost}:{app.Http.BaseAddress!.Port}/p2p/ui/");

        await EnterAsync(Key);
        await ExpectLinkAsync("Live");
        await Page.Locator("#open-connect").ClickAsync();
        await Dialog.Locator("input[name=endpoint]").FillAsync($"127.0.0.1:{FreePort.Next()}");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Dialog.Locator(".callout strong")).ToHaveTextAsync("Nobody listens there");
    }

    // Without the local way, this machine needs the key as any other does.
    private Task<WebApp> StartWithKeyAsync() => StartAsync("alpha", $"P2p:Control:ApiKey={Key}", "P2p:Control:AllowLocal=false");

    private async Task EnterAsync(string key)
    {
        await Dialog.Locator("input[type=password]").FillAsync(key);
        await Page.Keyboard.PressAsync("Enter");
    }

    private Task<string> StoredAsync() => Page.EvaluateAsync<string>("() => JSON.stringify(sessionStorage) + JSON.stringify(localStorage)");
}
