using System.Security.Cryptography;
using CustomProtocol;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p;

switch (args)
{
    case ["receive", var folder, var port]:
        await using (IP2pNode node = await ReceiveAsync(folder, int.Parse(port)))
            await new TaskCompletionSource().Task;
        break;
    case ["send", var file, var endpoint, .. var rate]:
        // The receiver goes on with what it has of this file from this node's id.
        await using (IP2pNode node = P2pNode.Create(new P2pNodeOptions { IdentityPath = "sender.pem" }))
        {
            await node.StartAsync();
            await SendAsync(node, PeerEndpoint.Parse(endpoint), file, _ => { }, rate is [var mebibytes] ? int.Parse(mebibytes) * 1024 * 1024 : int.MaxValue);
        }

        break;
    default:
        await DemoAsync();
        break;
}

static async Task<IP2pNode> ReceiveAsync(string folder, int port)
{
    FileReceiver receiver = new(Directory.CreateDirectory(folder).FullName, Console.WriteLine);
    IP2pNode node = P2pNode.Create(
        new P2pNodeOptions { ListenAddress = "127.0.0.1", ListenPort = port, ListenOnAnyPort = port == 0 },
        builder => builder.AddProtocol(FileSender.Protocol, protocol => protocol.OnStream(receiver.HandleAsync)));
    await node.StartAsync();
    Console.WriteLine($"send to {node.GetStatus().Listen[0]}");
    return node;
}

// Tries until the file is there. Only a receiver that says no ends it.
static async Task SendAsync(IP2pNode node, PeerEndpoint endpoint, string file, Action<long> progress, int bytesPerSecond = int.MaxValue)
{
    long shown = -1;
    while (true)
    {
        try
        {
            PeerInfo peer = await node.ConnectAsync(endpoint, new ConnectOptions { Force = true });
            await FileSender.SendAsync(node, peer.Id!.Value, file, Show, bytesPerSecond);
            Console.WriteLine("arrived");
            return;
        }
        catch (Exception e) when (e is P2pConnectException or P2pSendException or EndOfStreamException or P2pStreamException { Code: < P2pErrorCode.FirstApplicationCode })
        {
            Console.WriteLine($"cut: {e.Message} Trying again.");
            await Task.Delay(TimeSpan.FromSeconds(0.5));
        }
    }

    void Show(long sent, long length)
    {
        if (shown != (shown = sent * 10 / length))
            Console.WriteLine($"{shown * 10} %");
        progress(shown * 10);
    }
}

// Without arguments: both nodes in this process, and a cut at 40 %.
static async Task DemoAsync()
{
    string folder = Directory.CreateTempSubdirectory("custom-protocol-").FullName, file = Path.Combine(folder, "picture.raw");
    await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(64 * 1024 * 1024));
    await using (IP2pNode receiver = await ReceiveAsync(Path.Combine(folder, "received"), 0))
    await using (IP2pNode sender = P2pNode.Create(new P2pNodeOptions()))
    {
        await sender.StartAsync();
        bool cut = false;
        await SendAsync(sender, PeerEndpoint.Parse(receiver.GetStatus().Listen[0]), file, percent =>
        {
            if (percent == 40 && !cut)
                cut = sender.Disconnect(receiver.GetStatus().Id!.Value);
        });
    }

    Directory.Delete(folder, recursive: true);
}
