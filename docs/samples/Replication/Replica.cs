using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p;

namespace Replication;

/// <summary>
/// A node with a store. A write is broadcast, and whoever finds it new hands it on. A broadcast may miss a peer, so each
/// node also asks its peers, every second, for what it is missing.
/// </summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly PeriodicTimer _pause = new(TimeSpan.FromSeconds(1));
    private readonly Task _repair;

    public Replica(P2pNodeOptions options)
    {
        Node = P2pNode.Create(options, builder => builder
            .AddProtocol("kv-change/1", protocol => protocol.OnMessage(KvJson.Default.Change, (_, change) => new(TakeAsync(change))))
            .AddProtocol("kv-sync/1", protocol => protocol.OnRequest(KvJson.Default.DictionaryStringString, KvJson.Default.ListChange, (_, versions) => new(Store.NewerThan(versions)))));
        _repair = RepairAsync();
    }

    public IP2pNode Node { get; }

    public Store Store { get; } = new();

    public Task<bool> WriteAsync(string key, string? value) => SpreadAsync(Store.Write(key, value, Node.GetStatus().Id.ToString()!));

    public async ValueTask DisposeAsync()
    {
        _pause.Dispose();
        await Node.DisposeAsync();
        await _repair;
    }

    private async Task RepairAsync()
    {
        while (await _pause.WaitForNextTickAsync())
            await Task.WhenAll(Node.GetPeers().Peers.Where(peer => peer.State == PeerState.Connected).Select(peer => PullAsync(peer.Id!.Value)));
    }

    private async Task PullAsync(PeerId peer)
    {
        try
        {
            List<Change?>? missing = await Node.RequestAsync(peer, "kv-sync/1", Store.Versions(), KvJson.Default.DictionaryStringString, KvJson.Default.ListChange, TimeSpan.FromSeconds(5));
            foreach (Change? change in missing ?? [])
                await TakeAsync(change);
        }
        catch (Exception e) when (e is P2pSendException or P2pRemoteException or JsonException)
        {
            // Gone, slow, or not one of ours: it is asked again after the next pause.
        }
    }

    private Task TakeAsync(Change? change) => SpreadAsync(change is not null && Store.TryApply(change) ? change : null);

    // Waits for nobody: a peer whose queue is full misses it, and asks for it later.
    private async Task<bool> SpreadAsync(Change? news)
    {
        if (news is not null)
            await Node.BroadcastAsync("kv-change/1", news, KvJson.Default.Change);
        return news is not null;
    }
}
