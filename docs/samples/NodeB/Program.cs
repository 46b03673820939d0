using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9001;

await using IP2pNode node = P2pNode.Create(
    new P2pNodeOptions { NodeId = "node-B" },
    builder => builder.OnLog(Console.WriteLine));
await node.StartAsync();
try
{
    PeerInfo peer = await node.ConnectAsync(PeerEndpoint.Create("127.0.0.1", port));
    Console.WriteLine($"{peer.NodeId} {peer.Id} is {peer.State}. Enter ends it.");
    Console.ReadLine();
    return 0;
}
catch (P2pConnectException e)
{
    Console.Error.WriteLine($"{e.Endpoint}: {e.Reason.ToCode()}: {e.Message} Is NodeA running?");
    return 1;
}
