using System.Security.Cryptography;
using CustomProtocol;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p;

switch (args)
{
    case ["receive", var folder, var port]:
        await using (await ReceiveAsync(folder, int.Parse(port)))
            await Task.Delay(Timeout.Infinite);
        break;
    case ["send", var file, var endpoint, .. var rest]:
        await SendAsync("sender.pem", endpoint, file, _ => Task.Delay(TimeSpan.FromSeconds(rest is [var seconds] ? int.Parse(seconds) : 0)));
        break;
    default: await DemoAsync(); break;
}

static async Task<IP2pNode> ReceiveAsync(string folder, int port)
{
    IP2pNode node = P2pNode.Create(
        new P2pNodeOptions { ListenAddress = "127.0.0.1", ListenPort = port, ListenOnAnyPort = port == 0 },
        builder => builder.AddProtocol(FileTransfer.Protocol, protocol => protocol.OnStream(new FileTransfer(Directory.CreateDirectory(folder).FullName).HandleAsync)));
    await node.StartAsync();
    Console.WriteLine($"send to {node.GetStatus().Listen[0]}");
    return node;
}

// Tries until the file is there. Only a receiver that says no ends it. The receiver goes on with what it has of this file
// from this node's id, so the id is kept.
static async Task SendAsync(string? identityPath, string endpoint, string file, Func<long, Task> progress)
{
    await using IP2pNode node = P2pNode.Create(new P2pNodeOptions { IdentityPath = identityPath });
    await node.StartAsync();
    while (true)
    {
        try
        {
            PeerInfo peer = await node.ConnectAsync(PeerEndpoint.Parse(endpoint), new ConnectOptions { Force = true });
            await FileTransfer.SendAsync(node, peer.Id!.Value, file, progress);
            Console.WriteLine("arrived");
            return;
        }
        catch (Exception e) when (e is P2pConnectException or P2pSendException or EndOfStreamException or P2pStreamException { Code: < P2pErrorCode.FirstApplicationCode })
        {
            Console.WriteLine($"cut: {e.Message} Trying again.");
            await Task.Delay(TimeSpan.FromSeconds(0.5));
        }
    }
}

// Without arguments: both nodes in this process, and a cut at 40 %.
static async Task DemoAsync()
{
    string folder = Directory.CreateTempSubdirectory("custom-protocol-").FullName, file = Path.Combine(folder, "picture.raw");
    await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(64 * 1024 * 1024));
    await using IP2pNode receiver = await ReceiveAsync(Path.Combine(folder, "received"), 0);
    bool cut = false;
    await SendAsync(null, receiver.GetStatus().Listen[0], file, percent =>
        Task.FromResult(cut = cut || (percent == 40 && receiver.Disconnect(receiver.GetPeers().Peers[0].Id!.Value))));
    Directory.Delete(folder, recursive: true);
}
