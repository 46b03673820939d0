using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OfflineSync;
using Vix.P2p;

const string Protocol = "outbox/1";

switch (args)
{
    case ["send", var folder, var endpoint]: await SendAsync(folder, endpoint); break;
    case ["receive", var folder, var port]: await ReceiveAsync(folder, int.Parse(port)); break;
    default: await Demo.RunAsync(args is [var free] ? free : "9301"); break;
}

// Each line of the input goes into the outbox, whether or not the receiver is there. Ends when the input has ended and
// everything is delivered.
static async Task SendAsync(string folder, string endpoint)
{
    Directory.CreateDirectory(folder);
    using Outbox outbox = new(Path.Combine(folder, "outbox.jsonl"));
    await using IP2pNode node = P2pNode.Create(new P2pNodeOptions
    {
        IdentityPath = Path.Combine(folder, "node.pem"), // the receiver's cursor belongs to this id
        Peers = [endpoint],
        DialPolicy = { BackoffMaxPersistent = TimeSpan.FromSeconds(2) },
    });
    await node.StartAsync();
    Task input = Task.Run(() =>
    {
        while (Console.ReadLine() is { } line)
            Console.WriteLine(outbox.TryAdd(line) ? $"written: {line}" : "not allowed");
    });
    using PeriodicTimer pause = new(TimeSpan.FromSeconds(0.2));
    while (!input.IsCompleted || outbox.Next(1).Count > 0)
    {
        await DeliverAsync(node, outbox);
        await pause.WaitForNextTickAsync();
    }

    await input;
    Console.WriteLine("everything is delivered");
}

static async Task DeliverAsync(IP2pNode node, Outbox outbox)
{
    PeerId? peer = node.GetPeers().Peers.FirstOrDefault(row => row.State == PeerState.Connected)?.Id;
    try
    {
        while (peer is not null && outbox.Next(Inbox.MaxBatch) is { Count: > 0 } batch)
        {
            long cursor = await node.RequestAsync(peer.Value, Protocol, batch, SyncJson.Default.ListEntry, SyncJson.Default.Int64);
            if (cursor < batch[0]!.Id)
                break; // it has taken nothing
            outbox.Acknowledge(Math.Min(cursor, batch[^1]!.Id));
        }
    }
    catch (Exception e) when (e is P2pSendException or P2pRemoteException or JsonException)
    {
        // Whether or not it has arrived: it is still in the outbox, and the receiver drops what it knows.
        Console.WriteLine($"not acknowledged: {e.Message}");
    }
}

// May be killed at any moment: what it has acknowledged is on the disk.
static async Task ReceiveAsync(string folder, int port)
{
    Directory.CreateDirectory(folder);
    using Inbox inbox = new(Path.Combine(folder, "inbox.jsonl"));
    await using IP2pNode node = P2pNode.Create(
        new P2pNodeOptions { IdentityPath = Path.Combine(folder, "node.pem"), ListenAddress = "127.0.0.1", ListenPort = port },
        builder => builder.AddProtocol(Protocol, protocol => protocol.OnRequest(
            SyncJson.Default.ListEntry, SyncJson.Default.Int64, (context, batch) => new(inbox.Apply(context.Peer.Id, batch)))));
    await node.StartAsync();
    Console.WriteLine($"send to tcp://127.0.0.1:{port}#{node.GetStatus().Id}");
    await new TaskCompletionSource().Task;
}
