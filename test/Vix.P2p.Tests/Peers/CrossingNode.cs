using Microsoft.Extensions.Logging.Abstractions;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Peers;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>One of two nodes that dial each other: its table, and one place for peers only.</summary>
internal sealed class CrossingNode
{
    public CrossingNode(char digit)
    {
        Id = PeerId.Parse(new string(digit, 64));
        Endpoint = PeerEndpoint.Create("node" + digit, 1, "memory");
        Introduction = new Introduction { NodeId = "node" + digit, Instance = new string(digit, 32), ListenPort = 0 };
        var options = new P2pNodeOptions { MaxPeers = 1 };
        var clock = new ManualTimeProvider();
        Table = new PeerTable(options, Counters, new LimitBoard(options, "P2p", NullLogger.Instance), clock, NullLogger.Instance, () => 0.5);
        Table.Open(Id);
    }

    public PeerId Id { get; }

    public PeerEndpoint Endpoint { get; }

    public Introduction Introduction { get; }

    public NodeCounters Counters { get; } = new();

    public PeerTable Table { get; }

    /// <summary>Whether another peer could be dialled: with one place, whether nothing is held.</summary>
    public bool HasFreePlace
    {
        get
        {
            ConnectRequest probe = Table.Request(PeerEndpoint.Create("probe", 1, "memory"), new ConnectOptions { Force = true }, P2pReason.None);
            if (probe.Result.Started)
                Table.EndDial(probe.Attempt!, P2pReason.Cancelled, "", inHandshake: false);
            return probe.Result.Started;
        }
    }

    public bool IsConnectedTo(CrossingNode other) => Table.Find(other.Id)?.State.State == PeerState.Connected;
}
