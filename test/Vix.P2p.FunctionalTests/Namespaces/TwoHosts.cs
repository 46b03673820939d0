using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Namespaces;

/// <summary>Two hosts with a cable between them.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    public const string Cable = "cable";
    public const string AddressOfA = "10.77.0.1";
    public const string AddressOfB = "10.77.0.2";

    private TwoHosts(NetworkNamespace a, NetworkNamespace b)
    {
        A = a;
        B = b;
    }

    public NetworkNamespace A { get; }

    public NetworkNamespace B { get; }

    public static async Task<TwoHosts> CreateAsync()
    {
        var hosts = new TwoHosts(await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        try
        {
            await hosts.A.IpAsync($"link add {Cable} type veth peer name {Cable} netns {hosts.B.Name}");
            await hosts.A.IpAsync($"addr add {AddressOfA}/24 dev {Cable}");
            await hosts.B.IpAsync($"addr add {AddressOfB}/24 dev {Cable}");
            await hosts.A.IpAsync($"link set {Cable} up");
            await hosts.B.IpAsync($"link set {Cable} up");
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node on host A, which keeps a link to one on host B.</summary>
    public Task<TestNode> StartAAsync(TestNode b, Action<P2pNodeOptions> configure) => StartAsync(A, AddressOfA, options =>
    {
        options.Peers = [b.Address.ToString()];
        configure(options);
    });

    /// <summary>A node on host B.</summary>
    public Task<TestNode> StartBAsync(Action<P2pNodeOptions> configure, Action<IP2pNodeBuilder>? build = null) => StartAsync(B, AddressOfB, configure, build);

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
    }

    private static Task<TestNode> StartAsync(NetworkNamespace host, string address, Action<P2pNodeOptions> configure, Action<IP2pNodeBuilder>? build = null) => TestNode.StartAsync(
        options =>
        {
            options.ListenAddress = address;
            // Whoever tries again and again from one address is a flood to a node that is not told otherwise.
            options.Limits.NewConnectionsPerSecond = options.Limits.NewConnectionsBurst = 1000;
            configure(options);
        },
        builder =>
        {
            builder.AddTransport(new NamespaceTransport(host));
            build?.Invoke(builder);
        });
}
