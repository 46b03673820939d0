using System.Globalization;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using Vix.P2p.Handshake;
using Vix.P2p.Hosting;
using Vix.P2p.Messages;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Hosting;

/// <summary>What AddProtocol takes, and what is refused when the node is made.</summary>
internal sealed class AddProtocolTests
{
    private static readonly Func<P2pMessageContext, ValueTask> Nothing = _ => ValueTask.CompletedTask;

    [TestCase("chat/1")]
    [TestCase("a/1")]
    [TestCase("com.example/chat/1.0-rc.2")]
    [TestCase("//1")]
    [TestCase("!/~")]
    public void AddProtocol_GoodName_IsAdded(string name)
    {
        IP2pNodeBuilder builder = new ServiceCollection().AddP2pNode();

        builder.AddProtocol(name, protocol => protocol.OnMessage(Nothing).Name.Should().Be(name)).Should().BeSameAs(builder);

        builder.Services.Select(service => service.ImplementationInstance).OfType<NodeFeature>().Should().ContainSingle().Which.Protocol!.Name.Should().Be(name);
    }

    [TestCase("")]
    [TestCase("chat")]
    [TestCase("/1")]
    [TestCase("chat/")]
    [TestCase("a/1/")]
    [TestCase("//")]
    [TestCase("chat 2/1")]
    [TestCase("chat/1 ")]
    [TestCase("chat/\n1")]
    [TestCase("plaudern/ä")]
    [TestCase("chat/\u007f")]
    public void AddProtocol_BadName_IsRefusedAndShown(string name) =>
        FluentActions.Invoking(() => new ServiceCollection().AddP2pNode().AddProtocol(name, protocol => protocol.OnMessage(Nothing)))
            .Should().Throw<ArgumentException>().WithMessage($"'{name}' names no protocol; it must be 3 to 64 printable ASCII*").Which.ParamName.Should().Be("name");

    [TestCase(64, true)]
    [TestCase(65, false)]
    public void AddProtocol_LongName_IsTakenUpTo64Characters(int length, bool taken)
    {
        Action add = () => new ServiceCollection().AddP2pNode().AddProtocol(Name(1, length), protocol => protocol.OnMessage(Nothing));

        if (taken)
            add.Should().NotThrow();
        else
            add.Should().Throw<ArgumentException>();
    }

    [Test]
    public void AddProtocol_NothingDoneWithIt_IsRefused()
    {
        IP2pNodeBuilder builder = new ServiceCollection().AddP2pNode();

        FluentActions.Invoking(() => builder.AddProtocol("chat/1", _ => { })).Should().Throw<ArgumentException>().WithMessage("Nothing is done with chat/1*");
        FluentActions.Invoking(() => builder.AddProtocol("chat/1", protocol => protocol.WithConcurrency(8))).Should().Throw<ArgumentException>();
        builder.Services.Should().NotContain(service => service.ImplementationInstance is NodeFeature);
    }

    [Test]
    public void AddProtocol_WrongArguments_Throw()
    {
        IP2pNodeBuilder builder = new ServiceCollection().AddP2pNode();

        FluentActions.Invoking(() => builder.AddProtocol(null!, protocol => protocol.OnMessage(Nothing))).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => builder.AddProtocol("chat/1", null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => P2pNodeBuilderExtensions.AddProtocol(null!, "chat/1", protocol => protocol.OnMessage(Nothing))).Should().Throw<ArgumentNullException>();
        foreach (int handlers in (int[])[0, 1025])
            FluentActions.Invoking(() => builder.AddProtocol("chat/1", protocol => protocol.WithConcurrency(handlers))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Test]
    public void AddProtocol_ClassThatHandlesNothing_IsRefused() =>
        FluentActions.Invoking(() => new ServiceCollection().AddP2pNode().AddProtocol<AddProtocolTests>("chat/1", protocol => protocol.OnMessage(Nothing)))
            .Should().Throw<ArgumentException>().WithMessage("Vix.P2p.Tests.Hosting.AddProtocolTests handles nothing of chat/1*");

    [Test]
    public void Create_ProtocolTwice_IsRefusedByItsName() =>
        Creating("chat/1", "kv/1", "chat/1").Should().Throw<InvalidOperationException>().WithMessage("chat/1, a protocol of the node P2p, was added twice*");

    [Test]
    public void Create_NamesThatDifferInCase_AreTwoProtocols() => Creating("chat/1", "Chat/1", "chat/2").Should().NotThrow();

    [Test]
    public void Create_SixtyFiveProtocols_NamesTheOneTooMany()
    {
        string[] names = [.. Enumerable.Range(0, 65).Select(i => $"p/{i}")];

        Creating(names[..64]).Should().NotThrow();
        Creating(names).Should().Throw<InvalidOperationException>().WithMessage("p/64, a protocol of the node P2p, is one too many*at most 64*");
    }

    [Test]
    public async Task Create_LongNames_NamesTheFirstThatAPeerWouldNotTake()
    {
        string[] names = [.. Enumerable.Range(0, 64).Select(i => Name(i, 64))];
        string message = Creating(names).Should().Throw<InvalidOperationException>().Which.Message;
        int first = Array.FindIndex(names, name => message.StartsWith(name + ", ", StringComparison.Ordinal));
        message.Should().Contain($"and {Introduction.MaxLength} are allowed");

        await using P2pNode node = Create(names[..first]);
        await node.StartAsync().Soon();

        first.Should().BeInRange(40, 50, "some 3,000 bytes hold that many names of 64 characters");
        Creating(names[..(first + 1)]).Should().Throw<InvalidOperationException>();
    }

    [Test]
    public void Create_HandlerClass_IsRefusedForWantOfAContainer() =>
        FluentActions.Invoking(() => P2pNode.Create(new P2pNodeOptions(), builder => builder.AddProtocol<Handler>("chat/1")))
            .Should().Throw<InvalidOperationException>().WithMessage("chat/1, a protocol of the node P2p, has the handler class *Handler, which only a container can make*");

    [Test]
    public async Task Host_ProtocolTwiceInRepeatedCalls_FailsToStartAndNamesTheNode()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddP2pNode("edge").AddProtocol("chat/1", protocol => protocol.OnMessage(Nothing));
        builder.Services.AddP2pNode("edge").AddProtocol("kv/1", protocol => protocol.OnMessage(Nothing)).AddProtocol<Handler>("chat/1");
        using IHost host = builder.Build();

        (await FluentActions.Awaiting(() => host.StartAsync().Soon()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("chat/1, a protocol of the node P2p:Nodes:edge, was added twice*");
    }

    [Test]
    public void AddProtocol_Class_IsAScopedServiceUnlessItIsOneAlready()
    {
        var services = new ServiceCollection();
        services.AddSingleton<OtherHandler>();

        services.AddP2pNode().AddProtocol<Handler>("chat/1").AddProtocol<Handler>("chat/2").AddProtocol<OtherHandler>("kv/1");

        services.Where(service => service.ServiceType == typeof(Handler)).Should().ContainSingle().Which.Lifetime.Should().Be(ServiceLifetime.Scoped);
        services.Where(service => service.ServiceType == typeof(OtherHandler)).Should().ContainSingle().Which.Lifetime.Should().Be(ServiceLifetime.Singleton);
    }

    [Test]
    public void AddProtocol_Class_HandlesWhatItImplementsAndDelegatesTheRest()
    {
        var services = new ServiceCollection();

        services.AddP2pNode().AddProtocol<Handler>("chat/1", protocol => protocol.OnRequest(_ => ValueTask.CompletedTask).WithConcurrency(3)).AddProtocol<AllKinds>("all/1");

        NodeFeature[] added = [.. services.Select(service => service.ImplementationInstance).OfType<NodeFeature>()];
        added[0].Protocol.Should().Match<ProtocolRegistration>(chat => chat.OnMessage != null && chat.OnRequest != null && chat.OnStream == null && chat.Concurrency == 3);
        added[1].Protocol.Should().Match<ProtocolRegistration>(all => all.OnMessage != null && all.OnRequest != null && all.OnStream != null);
    }

    private static string Name(int number, int length) => new string('n', length - 5) + "/" + number.ToString("D4", CultureInfo.InvariantCulture);

    private static Action Creating(params string[] names) => () => Create(names).Dispose();

    private static P2pNode Create(params string[] names) => P2pNode.Create(new P2pNodeOptions { NodeId = "a" }, builder =>
    {
        foreach (string name in names)
            builder.AddProtocol(name, protocol => protocol.OnMessage(Nothing));
    });

    private sealed class Handler : IP2pMessageHandler
    {
        public ValueTask HandleAsync(P2pMessageContext context) => ValueTask.CompletedTask;
    }

    private sealed class OtherHandler : IP2pStreamHandler
    {
        public ValueTask HandleAsync(P2pStreamContext context) => ValueTask.CompletedTask;
    }

    private sealed class AllKinds : IP2pMessageHandler, IP2pRequestHandler, IP2pStreamHandler
    {
        public ValueTask HandleAsync(P2pMessageContext context) => ValueTask.CompletedTask;

        public ValueTask HandleAsync(P2pRequestContext context) => ValueTask.CompletedTask;

        public ValueTask HandleAsync(P2pStreamContext context) => ValueTask.CompletedTask;
    }
}
