using System.Security.Cryptography;
using System.Text;
using Vix.P2p.Handshake;
using Vix.P2p.Peers;
using Vix.P2p.Peers.Queries;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Peers.Queries;

/// <summary>A peer table's rows without a node around them.</summary>
internal sealed class RowTable
{
    public const string Instance = "0123456789abcdef0123456789abcdef";

    private readonly PeerRows _rows = new(closedCapacity: int.MaxValue, new ManualTimeProvider());

    public ManualTimeProvider Time { get; } = new();

    public PeerRow[] Rows => _rows.Collect();

    public static PeerId IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static PeerRowState State(
        PeerState state = PeerState.Disconnected,
        PeerDirection direction = PeerDirection.Outbound,
        string endpoint = "tcp://192.0.2.1:9001",
        string? peer = null,
        string? remote = null,
        long lastFrame = 0,
        long bytesIn = 0,
        long bytesOut = 0,
        params string[] protocols) => new()
        {
            State = state,
            Direction = direction,
            EndpointText = endpoint,
            RemoteEndpoint = remote,
            Id = peer is null ? null : IdOf(peer),
            IdText = peer is null ? null : IdOf(peer).ToString(),
            Introduction = peer is null ? null : new Introduction { NodeId = peer, Instance = Instance, ListenPort = 9001, Protocols = protocols },
            LastFrame = lastFrame,
            Earlier = new TrafficCount(bytesIn, bytesOut, 0, 0),
        };

    public PeerRow Add(PeerRowState state) => _rows.Add(state);

    public void Set(PeerRow row, PeerRowState state) => _rows.Set(row, state);

    public void Remove(PeerRow row) => _rows.Remove(row);

    public PeerPage Page(PeerQuery query, string instance = Instance) => new PeerPager(query, instance).Page(_rows.Revision, Rows, Time);

    /// <summary>All pages, one after the other; something may happen between two of them.</summary>
    public List<PeerPage> Walk(PeerQuery query, Action? between = null)
    {
        List<PeerPage> pages = [Page(query)];
        while (pages[^1].Next is { } next)
        {
            between?.Invoke();
            pages.Add(Page(query with { Cursor = next }));
        }

        return pages;
    }
}
