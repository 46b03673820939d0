using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Vix.P2p.Hosting;

namespace Vix.P2p.Tests.Hosting;

/// <summary>What AddP2pNode adds, and where a node's options come from.</summary>
internal sealed class ServicesTests
{
    [Test]
    public async Task AddP2pNode_Section_BindsEverySetting()
    {
        await using ServiceProvider services = Build("""
            { "P2p": { "NodeId": "from-json", "ListenPort": 9001, "Peers": ["tcp://a:1", "tcp://b:2"], "MaxPeers": 7, "PingInterval": "00:00:02",
                       "AllowedPeers": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
                       "DialPolicy": { "AllowPrivate": false, "BackoffInitial": "00:00:01" }, "Limits": { "Takeovers": 9 } } }
            """, builder => builder.AddP2pNode());

        P2pNodeOptions options = services.GetRequiredService<IOptions<P2pNodeOptions>>().Value;

        options.Should().BeEquivalentTo(new P2pNodeOptions
        {
            NodeId = "from-json",
            ListenPort = 9001,
            Peers = ["tcp://a:1", "tcp://b:2"],
            MaxPeers = 7,
            PingInterval = TimeSpan.FromSeconds(2),
            AllowedPeers = [new string('a', 64)],
            DialPolicy = new P2pDialPolicy { AllowPrivate = false, BackoffInitial = TimeSpan.FromSeconds(1) },
            Limits = new P2pLimits { Takeovers = 9 },
        });
    }

    [Test]
    public async Task AddP2pNode_EmptyAllowedPeers_IsRefused()
    {
        await using ServiceProvider services = Build("""{ "P2p": { "AllowedPeers": [] } }""", builder => builder.AddP2pNode());

        FluentActions.Invoking(services.GetRequiredService<IP2pNode>).Should().Throw<OptionsValidationException>().WithMessage("*P2p:AllowedPeers is '[]'*");
    }

    [TestCase("""{ "P2p": { "AllowedPeers": "everyone" } }""", "P2p:AllowedPeers:0 is 'everyone'")]
    [TestCase("""{ "P2p": { "AllowedPeers": "" } }""", "P2p:AllowedPeers is '[]'")]
    [TestCase("""{ "P2p": { "AllowedPeers": [null] } }""", "P2p:AllowedPeers:0 is ''")]
    public async Task AddP2pNode_AllowedPeersThatAreNoListOfIds_AreRefused(string json, string message)
    {
        await using ServiceProvider services = Build(json, builder => builder.AddP2pNode());

        FluentActions.Invoking(services.GetRequiredService<IP2pNode>).Should().Throw<OptionsValidationException>().WithMessage($"*{message}*");
    }

    [TestCase("""{ "P2p": { "Peers": null } }""", "P2p:Peers")]
    [TestCase("""{ "P2p": { "Limits": null, "DialPolicy": null } }""", "P2p:Limits")]
    [TestCase("""{ "P2p": { "NodeId": null } }""", "P2p:NodeId")]
    public async Task AddP2pNode_NullInTheConfiguration_IsTheDefaultOrSaysTheSetting(string json, string setting)
    {
        await using ServiceProvider services = Build(json, builder => builder.AddP2pNode());

        try
        {
            services.GetRequiredService<IP2pNode>().Should().NotBeNull();
        }
        catch (OptionsValidationException e)
        {
            e.Message.Should().Contain(setting);
        }
    }

    [Test]
    public async Task AddP2pNode_GivenSection_IsBoundOnceAndNamedInMessages()
    {
        IConfiguration configuration = Json("""{ "My": { "Node": { "Peers": ["tcp://a:1"], "MaxPeers": 0 } }, "P2p": { "MaxPeers": 3 } }""");
        await using ServiceProvider services = Build(configuration, builder => builder.AddP2pNode(configuration.GetSection("My:Node")));

        var e = FluentActions.Invoking(() => services.GetRequiredService<IOptions<P2pNodeOptions>>().Value).Should().Throw<OptionsValidationException>().Which;

        e.Failures.Should().Contain("My:Node:MaxPeers is '0'; it must be 1 to 100000.").And.Contain("My:Node:Peers is '1'; it must be at most MaxPeers entries.");
    }

    [Test]
    public async Task AddP2pNode_SectionOfAnotherConfiguration_IsTheOneThatIsRead()
    {
        IConfiguration other = Json("""{ "P2p": { "NodeId": "other" } }""");
        await using ServiceProvider services = Build("""{ "P2p": { "NodeId": "host" } }""", builder => builder.AddP2pNode(other.GetSection("P2p")));

        services.GetRequiredService<IOptions<P2pNodeOptions>>().Value.NodeId.Should().Be("other");
    }

    [Test]
    public async Task AddP2pNode_SeveralCalls_AllDelegatesCountAndServicesAreAddedOnce()
    {
        List<string> lines = [];
        await using ServiceProvider services = Build("""{ "P2p": { "NodeId": "json", "Peers": ["tcp://a:1"] } }""", builder =>
        {
            builder.AddP2pNode(options => options.Peers.Add("tcp://b:1"));
            builder.AddP2pNode(options => (options.NodeId, options.MaxPeers) = ("first", 5));
            builder.AddP2pNode().OnLog(lines.Add);
            builder.AddP2pNode(options => options.NodeId = "second").OnLog(lines.Add);
        });

        P2pNodeOptions options = services.GetRequiredService<IOptions<P2pNodeOptions>>().Value;
        options.Peers.Should().Equal("tcp://a:1", "tcp://b:1");
        (options.NodeId, options.MaxPeers).Should().Be(("second", 5));
        services.GetServices<IHostedService>().OfType<P2pHostedService>().Should().ContainSingle();
        services.GetServices<IP2pNode>().Should().ContainSingle();
        services.GetServices<NodeRegistration>().Should().ContainSingle();
        services.GetServices<IValidateOptions<P2pNodeOptions>>().OfType<P2pNodeOptionsValidator>().Should().ContainSingle();
        services.GetServices<NodeFeature>().Should().HaveCount(2);
    }

    [Test]
    public async Task AddP2pNode_Keyed_ReadsItsOwnSectionAndIsResolvedByItsName()
    {
        await using ServiceProvider services = Build("""
            { "P2p": { "NodeId": "plain", "Nodes": { "edge": { "NodeId": "edge-id" }, "core": { "MaxPeers": 0 } } } }
            """, builder =>
        {
            builder.AddP2pNode();
            builder.AddP2pNode("edge");
            builder.AddP2pNode("core", options => options.NodeId = "core-id");
        });

        services.GetRequiredService<IP2pNode>().GetStatus().NodeId.Should().Be("plain");
        IP2pNode edge = services.GetRequiredKeyedService<IP2pNode>("edge");
        edge.GetStatus().NodeId.Should().Be("edge-id");
        services.GetRequiredKeyedService<IP2pNode>("edge").Should().BeSameAs(edge);
        FluentActions.Invoking(() => services.GetRequiredKeyedService<IP2pNode>("core")).Should().Throw<OptionsValidationException>().WithMessage("P2p:Nodes:core:MaxPeers is '0'*");
    }

    [Test]
    public async Task AddP2pNode_OnlyKeyed_LeavesThePlainOneAbsent()
    {
        await using ServiceProvider services = Build("{}", builder => builder.AddP2pNode("edge"));

        services.GetService<IP2pNode>().Should().BeNull();
        services.GetKeyedService<IP2pNode>("edge").Should().NotBeNull();
    }

    [Test]
    public async Task AddP2pNode_NoConfiguration_WorksByItsDelegate()
    {
        var builder = new ServiceCollection();
        builder.AddP2pNode(options => options.NodeId = "alone");
        await using ServiceProvider services = builder.BuildServiceProvider();

        IP2pNode node = services.GetRequiredService<IP2pNode>();
        await node.StartAsync();

        node.GetStatus().Should().Match<NodeStatus>(status => status.NodeId == "alone" && status.State == NodeState.Running && status.Listen.Count == 0);
    }

    [Test]
    public void AddP2pNode_WrongArguments_Throw()
    {
        var services = new ServiceCollection();

        FluentActions.Invoking(() => services.AddP2pNode((string)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => services.AddP2pNode("")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => services.AddP2pNode((Action<P2pNodeOptions>)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => services.AddP2pNode((IConfigurationSection)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => services.AddP2pNode().OnLog(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => services.AddP2pNode().AddTransport(null!)).Should().Throw<ArgumentNullException>();
    }

    private static ServiceProvider Build(string json, Action<IServiceCollection> add) => Build(Json(json), add);

    private static ServiceProvider Build(IConfiguration configuration, Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private static IConfigurationRoot Json(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
