using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p;

namespace Replication;

/// <summary>
/// A node with a store. A write is broadcast, and a broadcast may miss a peer; so each node also asks its peers for what
/// it is missing, when they connect and every ten seconds. What was news goes on to the other peers.
/// </summary>
internal sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PeriodicTimer _pause = new(TimeSpan.FromSeconds(10));
    private Task _repair = Task.CompletedTask;

    public Replica(P2pNodeOptions options) => Node = P2pNode.Create(options, builder => builder
        .AddProtocol("kv-change/1", protocol => protocol.OnMessage(KvJson.Default.Change, (context, change) => new(TakeAsync(change, context.Peer.Id))))
        .AddProtocol("kv-sync/1", protocol => protocol.OnRequest(KvJson.Default.DictionaryStringString, KvJson.Default.ListChange, (_, versions) => new(Store.NewerThan(versions)))));

    public IP2pNode Node { get; }

    public Store Store { get; } = new();

    public Task StartAsync()
    {
        _repair = Task.WhenAll(RepairNewPeersAsync(), RepairAllAsync());
        return Node.StartAsync();
    }

    public async Task<bool> WriteAsync(string key, string? value)
    {
        if (Store.Write(key, value, Node.GetStatus().Id.ToString()!) is not { } change)
            return false;
        await SpreadAsync(change, Connected());
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _pause.Dispose(); // ends the one loop, as the end of the node ends the other
        await Node.DisposeAsync();
        await _repair;
    }

    private async Task RepairNewPeersAsync()
    {
        await foreach (PeerEvent change in Node.WatchAsync())
        {
            if (change is { Kind: PeerEventKind.PeerConnected, Peer.Id: { } peer })
                await PullAsync(peer);
        }
    }

    private async Task RepairAllAsync()
    {
        while (await _pause.WaitForNextTickAsync())
            await Task.WhenAll(Connected().Select(PullAsync));
    }

    private async Task PullAsync(PeerId peer)
    {
        try
        {
            List<Change?>? missing = await Node.RequestAsync(peer, "kv-sync/1", Store.Versions(), KvJson.Default.DictionaryStringString, KvJson.Default.ListChange, Patience);
            foreach (Change? change in missing ?? [])
                await TakeAsync(change, peer);
        }
        catch (Exception e) when (e is P2pSendException or P2pRemoteException or JsonException)
        {
            // Gone, slow, or not one of ours: it is asked again when it connects, and after the next pause.
        }
    }

    private Task TakeAsync(Change? change, PeerId from) =>
        change is not null && Store.TryApply(change) ? SpreadAsync(change, Connected().Where(peer => peer != from)) : Task.CompletedTask;

    // Waits for nobody: a peer whose queue is full misses it, and asks for it later.
    private Task SpreadAsync(Change change, IEnumerable<PeerId> peers) =>
        Node.BroadcastAsync("kv-change/1", change, KvJson.Default.Change, peers);

    private IEnumerable<PeerId> Connected() =>
        Node.GetPeers().Peers.Where(peer => peer.State is PeerState.Connected or PeerState.Stale).Select(peer => peer.Id!.Value);
}
