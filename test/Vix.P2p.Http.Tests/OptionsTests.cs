using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Http.Tests;

public class OptionsTests
{
    [TestCase("Prefix", "", "it must be")]
    [TestCase("Prefix", "/", "such as /p2p")]
    [TestCase("Prefix", "p2p", "p2p")]
    [TestCase("Prefix", "/p2p/", "/p2p/")]
    [TestCase("Prefix", "/a//b", "/a//b")]
    [TestCase("Prefix", "/{id}", "/{id}")]
    [TestCase("Prefix", "/a b", "/a b")]
    [TestCase("Prefix", "/../x", "/../x")]
    [TestCase("Prefix", "/a?b", "/a?b")]
    [TestCase("HeavyConcurrency", "0", "1 to 10000")]
    [TestCase("HeavyConcurrency", "-3", "-3")]
    [TestCase("HeavyConcurrency", "10001", "10001")]
    [TestCase("ApiKey", "too-short", "32 to 512")]
    [TestCase("ApiKey", "", "32 to 512")]
    [TestCase("ApiKey", "has a space in it, and is long enough", "visible ASCII")]
    [TestCase("ApiKey", "schlüssel-schlüssel-schlüssel-schlüssel", "visible ASCII")]
    [TestCase("ApiKeyPath", "/no/such/file", "/no/such/file")]
    [TestCase("ApiKeyPath", "", "cannot be read")]
    [TestCase("AllowedHosts:0", "*", "'*'")]
    [TestCase("AllowedHosts:0", "*.example", "wildcard")]
    [TestCase("AllowedHosts:0", "http://a.example", "scheme")]
    [TestCase("AllowedHosts:0", "a.example:80", "port")]
    [TestCase("AllowedHosts:0", "", "''")]
    [TestCase("AllowedOrigins:0", "*", "'*'")]
    [TestCase("AllowedOrigins:0", "null", "'null'")]
    [TestCase("AllowedOrigins:0", "ops.example", "ops.example")]
    [TestCase("AllowedOrigins:0", "https://ops.example/", "path")]
    [TestCase("AllowedOrigins:0", "ftp://ops.example", "ftp")]
    public void MapP2pControl_SettingOutOfRange_NamesItsPath(string setting, string value, string said)
    {
        string secret = value;

        OptionsValidationException thrown = FluentActions.Invoking(() => Map([($"P2p:Control:{setting}", value)])).Should().Throw<OptionsValidationException>().Which;

        thrown.Message.Should().Contain($"P2p:Control:{setting}").And.Contain(said);
        if (setting == "ApiKey" && secret.Length > 0)
            thrown.Message.Should().NotContain(secret);
    }

    [Test]
    public void MapP2pControl_KeyAndItsFile_ExcludeEachOther() =>
        FluentActions.Invoking(() => Map([("P2p:Control:ApiKey", ControlApp.Key), ("P2p:Control:ApiKeyPath", "/x")]))
            .Should().Throw<OptionsValidationException>().WithMessage("*P2p:Control:ApiKey and P2p:Control:ApiKeyPath*");

    [Test]
    public void MapP2pControl_SeveralWrong_NamesAll() =>
        FluentActions.Invoking(() => Map([("P2p:Control:Prefix", "x"), ("P2p:Control:HeavyConcurrency", "0")]))
            .Should().Throw<OptionsValidationException>().WithMessage("*P2p:Control:Prefix*P2p:Control:HeavyConcurrency*");

    [Test]
    public void MapP2pControl_NotABoolean_NamesItsPath() =>
        FluentActions.Invoking(() => Map([("P2p:Control:AllowLocal", "perhaps")]))
            .Should().Throw<InvalidOperationException>().WithMessage("*P2p:Control:AllowLocal*");

    [Test]
    public void MapP2pControl_KeyedNode_NamesItsOwnPath() =>
        FluentActions.Invoking(() => Map([("P2p:Nodes:edge:Control:HeavyConcurrency", "0")], app => app.MapP2pControl("/edge", "edge"), services => services.AddKeyedSingleton<IP2pNode>("edge", new FakeNode())))
            .Should().Throw<OptionsValidationException>().WithMessage("*P2p:Nodes:edge:Control:HeavyConcurrency*");

    [Test]
    public void MapP2pControl_TooManyEntries_IsRefused() =>
        FluentActions.Invoking(() => Map([.. Enumerable.Range(0, 65).Select(i => ($"P2p:Control:AllowedHosts:{i}", (string?)$"h{i}.example"))]))
            .Should().Throw<OptionsValidationException>().WithMessage("*P2p:Control:AllowedHosts has 65 entries*64*");

    [TestCase("p2p")]
    [TestCase("/")]
    [TestCase("")]
    [TestCase("/{x}")]
    public void MapP2pControl_PrefixArgumentOutOfRange_IsRefused(string prefix) =>
        FluentActions.Invoking(() => Map([], app => app.MapP2pControl(prefix))).Should().Throw<ArgumentException>().WithMessage($"*'{prefix}'*");

    [Test]
    public void MapP2pControl_WithoutANode_NamesTheAddCall()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();

        FluentActions.Invoking(() => app.MapP2pControl()).Should().Throw<InvalidOperationException>().WithMessage("*AddP2pNode()*MapP2pControl*");
        FluentActions.Invoking(() => app.MapP2pControl(node: "edge")).Should().Throw<InvalidOperationException>().WithMessage("*'edge'*AddP2pNode(\"edge\")*");
    }

    [Test]
    public async Task Configure_InCode_ComesAfterTheConfiguration()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Settings = [("P2p:Control:Prefix", "/from-settings"), ("P2p:Control:AllowLocal", "false")],
            Services = services =>
            {
                services.Configure<P2pControlOptions>(options => options.ApiKey = ControlApp.Key);
                services.Configure<P2pControlOptions>("edge", options => options.Prefix = "/never");
                services.PostConfigure<P2pControlOptions>(options => options.Prefix += "/and-code");
            },
        });

        await (await app.GetAsync("/from-settings/and-code/status")).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
        await (await app.GetAsync("/from-settings/and-code/status", ("Authorization", "Bearer " + ControlApp.Key))).ShouldBeOk();
    }

    [Test]
    public void Node_WhileRoutesAreMapped_IsNotMade()
    {
        bool made = false;
        Map([], app => app.MapP2pControl(), services => services.AddSingleton<IP2pNode>(_ =>
        {
            made = true;
            return new FakeNode();
        }));

        made.Should().BeFalse();
    }

    private static void Map((string Name, string? Value)[] settings, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.WebHost.UseTestServer();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IP2pNode>(new FakeNode());
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        if (map is null)
            app.MapP2pControl();
        else
            map(app);
    }
}
