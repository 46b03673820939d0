namespace Vix.P2p.Messages;

/// <summary>
/// One message to many peers: first to all whose queue has room, then, if the caller wants to wait, to each of the
/// others as soon as it has, so that a slow peer holds up nobody.
/// </summary>
internal sealed class Broadcast(string protocol, ReadOnlyMemory<byte> payload)
{
    private readonly List<PeerChannel?> _channels = [];
    private readonly List<PeerId> _peers = [];
    private P2pBroadcastResult[] _results = [];

    /// <summary>Adds those of the channels whose peers speak the protocol.</summary>
    public void AddSpeakers(IEnumerable<PeerChannel> channels)
    {
        foreach (PeerChannel channel in channels)
        {
            if (channel.Find(protocol) is not null)
                Add(channel.Peer.Id, channel);
        }
    }

    /// <summary>Adds each peer once, connected or not.</summary>
    public void AddChosen(IEnumerable<PeerId> peers, Func<PeerId, PeerChannel?> find)
    {
        HashSet<PeerId> chosen = [];
        foreach (PeerId peer in peers)
        {
            if (chosen.Add(peer))
                Add(peer, find(peer));
        }
    }

    public Task<IReadOnlyList<P2pBroadcastResult>> SendAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        _results = new P2pBroadcastResult[_peers.Count];
        bool full = false;
        for (int i = 0; i < _results.Length; i++)
        {
            P2pReason reason = _channels[i]?.TrySend(protocol, payload.Span) ?? P2pReason.NotConnected;
            _results[i] = new P2pBroadcastResult(_peers[i], reason);
            full |= reason == P2pReason.SendQueueFull;
        }

        return full && wait > TimeSpan.Zero
            ? WaitAsync(wait, time, cancellationToken)
            : Task.FromResult<IReadOnlyList<P2pBroadcastResult>>(_results);
    }

    private void Add(PeerId peer, PeerChannel? channel)
    {
        _peers.Add(peer);
        _channels.Add(channel);
    }

    private async Task<IReadOnlyList<P2pBroadcastResult>> WaitAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        List<Task> waits = [];
        for (int i = 0; i < _results.Length; i++)
        {
            if (_results[i].Reason == P2pReason.SendQueueFull)
                waits.Add(SendOneAsync(i, either.Token, cancellationToken));
        }

        await Task.WhenAll(waits).ConfigureAwait(false);
        return _results;
    }

    private async Task SendOneAsync(int place, CancellationToken either, CancellationToken caller)
    {
        P2pReason reason = P2pReason.None;
        try
        {
            await _channels[place]!.SendAsync(protocol, payload, either).ConfigureAwait(false);
        }
        catch (P2pSendException e)
        {
            reason = e.Reason;
        }
        catch (OperationCanceledException)
        {
            reason = caller.IsCancellationRequested ? P2pReason.Cancelled : P2pReason.SendQueueFull;
        }

        _results[place] = new P2pBroadcastResult(_peers[place], reason);
    }
}
