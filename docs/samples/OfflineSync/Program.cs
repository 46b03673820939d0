using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OfflineSync;
using Vix.P2p;

const string Protocol = "outbox/1";

switch (args)
{
    case ["send", var folder, var endpoint, .. var texts]: await SendAsync(folder, endpoint, texts); break;
    case ["receive", var folder, var port]: await ReceiveAsync(folder, int.Parse(port)); break;
    default: await Demo.RunAsync(args is [var free] ? free : "9301"); break;
}

// Writes the messages, whether or not the receiver is there, and ends when everything in the outbox is delivered.
static async Task SendAsync(string folder, string endpoint, string[] texts)
{
    using Database database = new(folder);
    foreach (string text in texts)
        Console.WriteLine(database.TryAdd(text) ? $"written: {text}" : "not allowed");

    // The receiver's cursor belongs to this id, so it is kept like the messages.
    await using IP2pNode node = P2pNode.Create(new P2pNodeOptions { IdentityPath = Path.Combine(folder, "node.pem") });
    await node.StartAsync();
    while (database.First() is { } entry)
    {
        try
        {
            // A connection that is there already is taken.
            PeerInfo peer = await node.ConnectAsync(PeerEndpoint.Parse(endpoint), new ConnectOptions { Force = true });
            await node.RequestAsync(peer.Id!.Value, Protocol, JsonSerializer.SerializeToUtf8Bytes(entry, SyncJson.Default.Entry));
            database.Remove(entry);
        }
        catch (Exception e) when (e is P2pConnectException or P2pSendException or P2pRemoteException)
        {
            // Whether or not it has arrived: it is still in the outbox, and the receiver drops what it knows.
            Console.WriteLine($"not acknowledged: {e.Message}");
            await Task.Delay(TimeSpan.FromSeconds(0.5));
        }
    }

    Console.WriteLine("everything is delivered");
}

// May be killed at any moment: what it has answered is on the disk.
static async Task ReceiveAsync(string folder, int port)
{
    using Database database = new(folder);
    await using IP2pNode node = P2pNode.Create(
        new P2pNodeOptions { IdentityPath = Path.Combine(folder, "node.pem"), ListenAddress = "127.0.0.1", ListenPort = port },
        builder => builder.AddProtocol(Protocol, protocol => protocol.OnRequest(context =>
        {
            // Several peers may be heard at the same time.
            lock (database)
                database.Apply(context.Peer.Id.ToString(), context.Read(SyncJson.Default.Entry));
            return context.ReplyAsync(default);
        })));
    await node.StartAsync();
    Console.WriteLine($"send to tcp://127.0.0.1:{port}#{node.GetStatus().Id}");
    await Task.Delay(Timeout.Infinite);
}
