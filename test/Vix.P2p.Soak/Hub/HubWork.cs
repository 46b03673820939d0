using System.Security.Cryptography;

namespace Vix.P2p.Soak.Hub;

/// <summary>What the program around the node does with it: talks, dials, bans, watches, asks.</summary>
internal sealed class HubWork(P2pNode hub, Counters counters, int seed, double pace, Func<Random, PeerEndpoint?> someListener)
{
    private const int Talkers = 4;
    private const int Watchers = 6;
    private const int Persistent = 12;

    private readonly Queue<PeerEndpoint> _persistent = new();

    /// <summary>Runs until it is stopped, and leaves nothing behind but what it said and banned.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        int number = 0;
        Task Loop(string what, int milliseconds, Func<Random, CancellationToken, Task> once) => LoopAsync(what, milliseconds, new Random(seed + (7 * ++number)), once, stopping);
        await Task.WhenAll(
            [
                .. Enumerable.Range(0, Talkers).Select(_ => Loop("the hub talks", 150, SayAsync)),
                .. Enumerable.Range(0, Watchers).Select(_ => Loop("a watcher", 500, WatchAsync)),
                Loop("a broadcast", 1000, BroadcastAsync),
                Loop("a dial", 400, DialAsync),
                Loop("a persistent peer", (int)(4000 * pace), KeepAsync),
                Loop("a disconnect", 3000, DisconnectAsync),
                Loop("a ban", (int)(1500 * pace), BanAsync),
                Loop("a reader", 700, ReadAsync),
            ]);
        while (_persistent.TryDequeue(out PeerEndpoint? endpoint))
            hub.RemovePersistent(endpoint);
        foreach (PersistentPeer left in hub.GetPersistentPeers())
            hub.RemovePersistent(left.Endpoint);
    }

    private async Task LoopAsync(string what, int milliseconds, Random random, Func<Random, CancellationToken, Task> once, CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await once(random, stopping);
            }
            catch (Exception e)
            {
                counters.Failed(what, e);
            }

            await Task.Delay(random.Next(milliseconds / 2, milliseconds * 3 / 2), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SayAsync(Random random, CancellationToken stopping)
    {
        if (Some(random) is { Id: { } id })
            await new Talk(hub, counters, random).SayAsync(id, stopping);
    }

    private async Task BroadcastAsync(Random random, CancellationToken stopping) =>
        await hub.BroadcastAsync(SoakProtocol.Name, SoakProtocol.Payload(random, SoakProtocol.Plain), wait: TimeSpan.FromMilliseconds(random.Next(500)), cancellationToken: stopping);

    // Somebody who listens, or listened a while ago, or nobody: then the endpoint is one that was never dialled before.
    private async Task DialAsync(Random random, CancellationToken stopping)
    {
        PeerEndpoint nobody = PeerEndpoint.Parse($"tcp://127.{random.Next(1, 255)}.{random.Next(256)}.{random.Next(1, 255)}:{random.Next(1, 1024)}");
        PeerEndpoint endpoint = random.Next(2) == 0 ? nobody : someListener(random) ?? nobody;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(random.Next(5, 5000));
        await hub.ConnectAsync(endpoint, new ConnectOptions { Force = random.Next(4) == 0 }, patience.Token);
    }

    private Task KeepAsync(Random random, CancellationToken stopping)
    {
        if (someListener(random) is { } endpoint)
        {
            hub.Connect(endpoint, new ConnectOptions { Persistent = true });
            _persistent.Enqueue(endpoint);
        }

        while (_persistent.Count > Persistent)
            hub.RemovePersistent(_persistent.Dequeue());
        return Task.CompletedTask;
    }

    private async Task DisconnectAsync(Random random, CancellationToken stopping)
    {
        if (Some(random) is { Id: { } id })
            await hub.DisconnectAsync(id, stopping);
    }

    private Task BanAsync(Random random, CancellationToken stopping)
    {
        // Mostly somebody who was never here: else few would be left.
        PeerId id = random.Next(4) == 0 && Some(random) is { Id: { } some } ? some : PeerId.Parse(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        hub.Ban(id, TimeSpan.FromSeconds(1 + (random.NextDouble() * 120 * pace)));
        if (random.Next(3) == 0 && hub.GetBans() is { Count: > 0 } bans)
            hub.Unban(bans[random.Next(bans.Count)].Id);
        return Task.CompletedTask;
    }

    // Some keep up, and some are so slow that they miss events.
    private async Task WatchAsync(Random random, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        end.CancelAfter(TimeSpan.FromSeconds((0.1 + (20 * random.NextDouble())) * pace));
        int pause = random.Next(2) == 0 ? 0 : random.Next(2000);
        long after = random.Next(2) == 0 ? 0 : hub.Revision;
        switch (random.Next(3))
        {
            case 0:
                await foreach (PeerEvent _ in hub.WatchAsync(after, end.Token))
                    await Task.Delay(pause, end.Token);
                break;
            case 1:
                await foreach (NodeLogLine _ in hub.WatchLogAsync(0, end.Token))
                    await Task.Delay(pause, end.Token);
                break;
            default:
                await hub.WaitForChangeAsync(hub.Revision, end.Token);
                break;
        }
    }

    private Task ReadAsync(Random random, CancellationToken stopping)
    {
        hub.GetStatus();
        var query = new PeerQuery { Limit = random.Next(1, 50), Sort = (PeerSort)random.Next(3), Text = random.Next(2) == 0 ? "a" : null };
        if (hub.GetPeers(query).Next is { } next)
            hub.GetPeers(query with { Cursor = next });
        foreach (ConnectAttempt attempt in hub.GetAttempts().Take(3))
            hub.TryGetAttempt(attempt.Id, out _);
        return Task.CompletedTask;
    }

    private PeerInfo? Some(Random random)
    {
        IReadOnlyList<PeerInfo> peers = hub.GetPeers(new PeerQuery { States = [PeerState.Connected] }).Peers;
        return peers.Count == 0 ? null : peers[random.Next(peers.Count)];
    }
}
