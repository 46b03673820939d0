using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>A node and its peers at one moment.</summary>
/// <param name="Status">The node.</param>
/// <param name="Peers">Its peers.</param>
/// <param name="Elapsed">The time since the sample before; zero for the first one.</param>
internal sealed record TopSample(P2pStatusResponse Status, IReadOnlyList<P2pPeerRow> Peers, TimeSpan Elapsed)
{
    private readonly Dictionary<string, P2pPeerRow> _byKey = Peers.DistinctBy(peer => peer.Key).ToDictionary(peer => peer.Key);

    /// <summary>What a counter of the node has grown by a second; 0 where the node is another one than before.</summary>
    public double Rate(TopSample? before, Func<TopSample, long> counter) =>
        before is null || before.Status.Instance != Status.Instance ? 0 : PerSecond(counter(this) - counter(before));

    /// <summary>What a counter of a row has grown by a second; 0 for a row that was not there before.</summary>
    public double Rate(TopSample? before, string key, Func<P2pPeerRow, long> counter) =>
        before is null || before.Status.Instance != Status.Instance || !before._byKey.TryGetValue(key, out P2pPeerRow? then)
            ? 0
            : PerSecond(counter(_byKey[key]) - counter(then));

    private double PerSecond(long growth) => Elapsed <= TimeSpan.Zero ? 0 : Math.Max(0, growth / Elapsed.TotalSeconds);
}
