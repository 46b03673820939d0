using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Playwright;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>What a person does with the page: connect, disconnect, ban, keep connected.</summary>
public sealed class SteeringTests : DashboardTest
{
    [Test]
    public async Task Connect_ToARunningNode_ShowsTheCourseUpToThePeer()
    {
        WebApp alpha = await StartAsync("alpha");
        WebApp beta = await StartAsync("beta");
        await OpenAsync(alpha);

        await AskAsync(await ListenAsync(beta));

        await Expect(Dialog.Locator("[data-step=done]")).ToHaveCountAsync(3);
        await Expect(Dialog.Locator(".course-end")).ToContainTextAsync((await beta.GetAsync("/p2p/status")).Text("id")[..8]);
        await Button("Show the peer").ClickAsync();
        await Expect(Drawer.Locator("h2")).ToHaveTextAsync("beta");
        await Page.Keyboard.PressAsync("Escape");
        await Page.Locator("#tab-dials").ClickAsync();
        await Expect(Page.Locator("#view-dials tbody tr")).ToContainTextAsync("Connected");
        await AskAsync(await ListenAsync(beta));
        await Expect(Dialog).ToContainTextAsync("Already connected");
    }

    [Test]
    public async Task Connect_ToAPortWhereNobodyListens_SaysWhyInPlainWords()
    {
        WebApp alpha = await StartAsync("alpha");
        await OpenAsync(alpha);
        string endpoint = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Next()}");

        await AskAsync(endpoint);

        await Expect(Dialog.Locator(".callout strong")).ToHaveTextAsync("Nobody listens there");
        await Expect(Dialog.Locator(".callout")).ToContainTextAsync("Check the port");
        await Expect(Dialog.Locator("[data-step=failed]")).ToContainTextAsync("Connecting");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Row(endpoint)).ToContainTextAsync("Nobody listens there");
        await Page.Locator("#tab-dials").ClickAsync();
        await Expect(Page.Locator("#view-dials tbody tr")).ToContainTextAsync("Nobody listens there");
    }

    [Test]
    public async Task Connect_WhileABackoffRuns_IsDoneNowAllTheSame()
    {
        WebApp alpha = await StartAsync("alpha");
        WebApp beta = await StartAsync("beta");
        await OpenAsync(alpha);
        string endpoint = await ListenAsync(beta);
        // A real backoff is a random time, and may be over before the second click.
        await Page.RouteAsync("**/p2p/connect", route => route.Request.PostData!.Contains("force", StringComparison.Ordinal)
            ? route.ContinueAsync()
            : route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = $$"""{"ok":true,"started":false,"endpoint":"{{endpoint}}","state":"Disconnected","reason":"backoff","retry_after_ms":9500}""" }));

        await AskAsync(endpoint);
        await Expect(Dialog.Locator(".callout strong")).ToHaveTextAsync("Waiting after a failure");
        await Expect(Dialog.Locator(".callout")).ToContainTextAsync("9 s are left");
        await Button("Dial now").ClickAsync();

        await Expect(Dialog.Locator("[data-step=done]")).ToHaveCountAsync(3);
    }

    [Test]
    public async Task Connect_ToSomethingThatIsNoNode_SaysSo()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        WebApp alpha = await StartAsync("alpha", "P2p:HandshakeTimeout=00:00:01");
        await OpenAsync(alpha);

        await AskAsync(silent.LocalEndpoint.ToString()!);

        await Expect(Dialog.Locator(".callout strong")).ToHaveTextAsync("The handshake took too long");
        await Expect(Dialog.Locator("[data-step=failed]")).ToContainTextAsync("Proving who it is");
    }

    [TestCase("", "Enter an address")]
    [TestCase("192.0.2.7", "The port is missing")]
    [TestCase("192.0.2.7:70000", "1 to 65535")]
    [TestCase("2001:db8::5:9001", "in brackets")]
    [TestCase("a b:1", "no spaces")]
    [TestCase("http2://127.0.0.1:9001", "Unknown transport")]
    [TestCase("127.0.0.1:9001#abc", "64 hex digits")]
    [TestCase("169.254.1.1:9001", "Address not allowed")]
    public async Task Connect_ToWhatIsNoGoodAddress_SaysWhatToWrite(string endpoint, string words)
    {
        WebApp alpha = await StartAsync("alpha");
        await OpenAsync(alpha);

        await AskAsync(endpoint);

        await Expect(Dialog).ToContainTextAsync(words);
    }

    [Test]
    public async Task Disconnect_OfAPersistentPeer_PausesItUntilItIsDialledAgain()
    {
        WebApp alpha = await StartAsync("alpha");
        WebApp beta = await StartAsync("beta");
        string endpoint = await ListenAsync(beta);
        await OpenAsync(alpha, "#persistent");

        await Button("Add a peer").ClickAsync();
        await Dialog.Locator("input").FillAsync(endpoint);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#view-persistent tbody tr")).ToContainTextAsync("Connected");

        await Page.Locator("#tab-peers").ClickAsync();
        await Row("beta").ClickAsync();
        await Drawer.GetByText("Disconnect", new() { Exact = true }).ClickAsync();
        await Expect(Dialog).ToContainTextAsync("stays paused");
        await Dialog.GetByText("Disconnect", new() { Exact = true }).ClickAsync();
        await Expect(Row("beta")).ToContainTextAsync("Disconnected here");
        await Page.Keyboard.PressAsync("Escape");

        await Page.Locator("#tab-persistent").ClickAsync();
        await Expect(Page.Locator("#view-persistent tbody tr")).ToContainTextAsync("paused");
        await Page.Locator("#view-persistent").GetByText("Resume").ClickAsync();
        await Expect(Dialog.Locator("[data-step=done]")).ToHaveCountAsync(3);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#view-persistent tbody tr")).Not.ToContainTextAsync("paused");
        await Page.Locator("#view-persistent").GetByText("Remove").ClickAsync();
        await Expect(Page.Locator("#view-persistent")).ToContainTextAsync("None is kept connected");
        await Expect(Page.Locator("#toasts")).ToContainTextAsync("no longer kept connected");
        (await alpha.PeersAsync()).Single().Text("state").Should().Be("Connected", "a connection that exists stays");
    }

    [Test]
    public async Task Ban_OfAPeer_KeepsItOutUntilItIsLifted()
    {
        WebApp alpha = await StartAsync("alpha");
        WebApp beta = await StartAsync("beta");
        await ConnectAsync(alpha, beta);
        string id = (await beta.GetAsync("/p2p/status")).Text("id");
        await OpenAsync(alpha);

        await Row("beta").ClickAsync();
        await Drawer.GetByText("Ban", new() { Exact = true }).ClickAsync();
        await Dialog.Locator("select").SelectOptionAsync("1 day");
        await Dialog.GetByText("Ban", new() { Exact = true }).ClickAsync();
        await Expect(Row("beta")).ToContainTextAsync("Banned");
        await Page.Keyboard.PressAsync("Escape");

        await Page.Locator("#tab-bans").ClickAsync();
        await Expect(Page.Locator("#view-bans tbody tr")).ToContainTextAsync(id);
        await Expect(Page.Locator("#view-bans tbody tr")).ToContainTextAsync(new Regex("23 h|1 d"));
        await AskAsync(await ListenAsync(beta));
        await Expect(Dialog.Locator(".callout strong")).ToHaveTextAsync("Banned");
        await Page.Keyboard.PressAsync("Escape");

        await Page.Locator("#view-bans").GetByText("Lift", new() { Exact = true }).ClickAsync();
        await Expect(Page.Locator("#view-bans")).ToContainTextAsync("Nobody is banned");
    }

    [Test]
    public async Task Ban_OfAnIdThatIsNotKnownYet_IsListed()
    {
        WebApp alpha = await StartAsync("alpha");
        await OpenAsync(alpha, "#bans");

        await Button("Ban a peer").ClickAsync();
        await Dialog.Locator("input").FillAsync("ABC");
        await Dialog.GetByText("Ban", new() { Exact = true }).ClickAsync();
        await Expect(Dialog.Locator(":invalid, [role=alert]:visible").First).ToBeVisibleAsync();
        await Dialog.Locator("input").FillAsync(new string('a', 64));
        await Dialog.GetByText("Ban", new() { Exact = true }).ClickAsync();

        await Expect(Page.Locator("#view-bans tbody tr")).ToContainTextAsync(new string('a', 64));
    }

    private async Task AskAsync(string endpoint)
    {
        await Page.Locator("#open-connect").ClickAsync();
        await Dialog.Locator("input[name=endpoint]").FillAsync(endpoint);
        await Page.Keyboard.PressAsync("Enter");
    }
}
