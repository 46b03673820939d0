using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Http.Tests;

/// <summary>The node among the health checks of the host.</summary>
public class HealthCheckTests
{
    [Test]
    public async Task AddP2pNode_LiveAndConnected_IsHealthyTwice()
    {
        FakeNode node = new();

        HealthReport report = await CheckAsync(node, checks => checks.AddP2pNode());

        report.Status.Should().Be(HealthStatus.Healthy);
        report.Entries.Should().HaveCount(2);
        report.Entries["p2p_live"].Tags.Should().BeEquivalentTo("p2p", "live");
        report.Entries["p2p_ready"].Tags.Should().BeEquivalentTo("p2p", "ready");
        report.Entries["p2p_live"].Data.Should().BeEquivalentTo(new Dictionary<string, object> { ["state"] = "Running", ["peers_total"] = 3, ["peers_connected"] = 1 });
        report.Entries["p2p_ready"].Data.Should().Contain("min_connected_peers", 0);
    }

    [Test]
    public async Task AddP2pNode_TooFewPeers_IsLiveButNotReady()
    {
        FakeNode node = new();

        HealthReport report = await CheckAsync(node, checks => checks.AddP2pNode(), ("P2p:Control:MinConnectedPeers", "2"));

        report.Entries["p2p_live"].Status.Should().Be(HealthStatus.Healthy);
        report.Entries["p2p_ready"].Status.Should().Be(HealthStatus.Unhealthy);
        report.Entries["p2p_ready"].Description.Should().Be("1 peers are connected, and 2 are needed.");
    }

    [TestCase(NodeState.Created, "The node is Created, not Running.")]
    [TestCase(NodeState.Stopped, "The node is Stopped, not Running.")]
    [TestCase(NodeState.Running, "The node runs, but its heartbeat is late or it accepts nobody any more.")]
    public async Task AddP2pNode_NotLive_IsNeitherAndSaysWhy(NodeState state, string description)
    {
        FakeNode node = new() { Status = SampleData.Status with { IsLive = false, State = state, PeersConnected = 9 } };

        HealthReport report = await CheckAsync(node, checks => checks.AddP2pNode());

        report.Entries.Values.Should().OnlyContain(entry => entry.Status == HealthStatus.Unhealthy && entry.Description == description);
    }

    [Test]
    public async Task AddP2pNode_ItsArguments_ReachTheRegistrations()
    {
        FakeNode node = new() { Status = SampleData.Status with { IsLive = false } };

        HealthReport report = await CheckAsync(node, checks => checks.AddP2pNode(name: "mesh", failureStatus: HealthStatus.Degraded, tags: ["net"], timeout: TimeSpan.FromSeconds(3)));

        report.Entries.Keys.Should().BeEquivalentTo("mesh_live", "mesh_ready");
        report.Entries.Values.Should().OnlyContain(entry => entry.Status == HealthStatus.Degraded && entry.Tags.Contains("net"));
    }

    [Test]
    public async Task AddP2pNode_KeyedNodes_EachHasItsOwnNodeNamesAndSettings()
    {
        FakeNode edge = new() { Status = SampleData.Status with { PeersConnected = 4 } };
        FakeNode node = new();

        HealthReport report = await CheckAsync(
            node,
            checks =>
            {
                checks.Services.AddKeyedSingleton<IP2pNode>("edge", edge);
                checks.AddP2pNode().AddP2pNode("edge");
            },
            ("P2p:Control:MinConnectedPeers", "1"),
            ("P2p:Nodes:edge:Control:MinConnectedPeers", "5"));

        report.Entries["p2p_ready"].Status.Should().Be(HealthStatus.Healthy);
        report.Entries["p2p_edge_ready"].Status.Should().Be(HealthStatus.Unhealthy);
        report.Entries["p2p_edge_ready"].Data.Should().Contain("peers_connected", 4).And.Contain("min_connected_peers", 5);
        report.Entries["p2p_edge_live"].Status.Should().Be(HealthStatus.Healthy);
    }

    [Test]
    public async Task AddP2pNode_WithAKeySet_TellsNoSecret()
    {
        HealthReport report = await CheckAsync(new FakeNode(), checks => checks.AddP2pNode(), ("P2p:Control:ApiKey", ControlApp.Key));

        report.Entries.Values.Select(entry => entry.Description + string.Join(' ', entry.Data)).Should().NotContain(text => text.Contains(ControlApp.Key) || text.Contains(SampleData.OwnId.ToString()));
    }

    [Test]
    public async Task AddP2pNode_NoSuchNode_NamesTheAddCall()
    {
        await using ServiceProvider services = Services(null, checks => checks.AddP2pNode("edge"));

        Func<Task> check = () => services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        (await check.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*builder.Services.AddP2pNode(\"edge\")*");
    }

    [Test]
    public async Task AddP2pNode_SettingOutOfRange_NamesIt()
    {
        await using ServiceProvider services = Services(new FakeNode(), checks => checks.AddP2pNode(), ("P2p:Control:MinConnectedPeers", "-1"));

        Func<Task> check = () => services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        (await check.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*P2p:Control:MinConnectedPeers is -1*");
    }

    [Test]
    public async Task MapHealthChecks_ByTag_AnswersAsTheRoutesDo()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Settings = [("P2p:Control:MinConnectedPeers", "2")],
            Services = services => services.AddHealthChecks().AddP2pNode(),
            Map = app =>
            {
                app.MapP2pControl();
                app.MapHealthChecks("/live", new() { Predicate = check => check.Tags.Contains("live") });
                app.MapHealthChecks("/ready", new() { Predicate = check => check.Tags.Contains("ready") });
            },
        });

        foreach (string path in (string[])["/live", "/ready"])
            (await app.GetAsync(path)).StatusCode.Should().Be((await app.GetAsync("/p2p/health" + path)).StatusCode, path);
        (await app.GetAsync("/ready")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    private static async Task<HealthReport> CheckAsync(FakeNode node, Action<IHealthChecksBuilder> add, params (string Name, string Value)[] settings)
    {
        await using ServiceProvider services = Services(node, add, settings);
        return await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }

    private static ServiceProvider Services(FakeNode? node, Action<IHealthChecksBuilder> add, params (string Name, string Value)[] settings)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value)).Build());
        if (node is not null)
            services.AddSingleton<IP2pNode>(node);
        add(services.AddHealthChecks());
        return services.BuildServiceProvider();
    }
}
