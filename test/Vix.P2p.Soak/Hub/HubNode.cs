using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Soak.Hub;

/// <summary>The node that the soak is about.</summary>
internal static class HubNode
{
    /// <param name="counters">Counts what it handles.</param>
    /// <param name="pace">How fast it is to forget.</param>
    public static P2pNode Create(Counters counters, double pace) => P2pNode.Create(
        new P2pNodeOptions
        {
            NodeId = "hub",
            NetworkName = SoakProtocol.NetworkName,
            ListenAddress = "127.0.0.1",
            ListenOnAnyPort = true,
            ClosedPeerRetention = TimeSpan.FromMinutes(1) * pace,
            PingInterval = TimeSpan.FromSeconds(Math.Max(5 * pace, 1)),
            Limits = new P2pLimits
            {
                // All peers have one address here. That it counts at all is what fills the limits an address.
                ExemptLoopback = false,
                ConnectionsPerAddress = 400,
                NewConnectionsPerSecond = 100,
                NewConnectionsBurst = 400,
                PendingHandshakesPerAddress = 64,
                // Small, so that each is full long before the end of the warm-up and has to forget from then on.
                AddressBuckets = AddressBuckets,
                BackoffEntries = BackoffEntries,
                Bans = Bans,
                ClosedPeers = ClosedPeers,
            },
        },
        builder => builder.AddProtocol(SoakProtocol.Name, new Handlers(counters).Serve),
        new ErrorLog(counters));

    public const int AddressBuckets = 256;
    public const int BackoffEntries = 256;
    public const int Bans = 48;
    public const int ClosedPeers = 200;
}
