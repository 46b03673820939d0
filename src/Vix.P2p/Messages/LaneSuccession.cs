using System.Collections.Concurrent;

namespace Vix.P2p.Messages;

/// <summary>
/// The lanes of closing connections in which a handler may still run: when their peer is back, the lane of the new
/// connection begins behind them, so that handlers of one peer and protocol never overlap.
/// </summary>
internal sealed class LaneSuccession
{
    private readonly ConcurrentDictionary<(PeerId Peer, byte Protocol), ReceiveLane> _leaving = new();

    /// <summary>A lane whose connection closes. It stays here until <see cref="Forget"/>, when its last handler has ended.</summary>
    public void Leave(PeerId peer, ReceiveLane lane) => _leaving[(peer, lane.Number)] = lane;

    public void Forget(PeerId peer, ReceiveLane lane) =>
        _leaving.TryRemove(new KeyValuePair<(PeerId, byte), ReceiveLane>((peer, lane.Number), lane));

    /// <summary>What the first handler of a new lane must wait for; null for nothing.</summary>
    public Task? Before(PeerId peer, byte protocol) =>
        _leaving.TryGetValue((peer, protocol), out ReceiveLane? lane) ? lane.WhenFinished() : null;
}
