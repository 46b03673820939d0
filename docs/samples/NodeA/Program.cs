using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p;

int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9001;

await using IP2pNode node = P2pNode.Create(
    new P2pNodeOptions { NodeId = "node-A", ListenAddress = "127.0.0.1", ListenPort = port },
    builder => builder.OnLog(Console.WriteLine));
await node.StartAsync();
Console.WriteLine($"node-A {node.GetStatus().Id} listens on port {port}. Start NodeB in another terminal; Ctrl+C ends this one.");

TaskCompletionSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
await stop.Task;
await node.StopAsync();

void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true; // the node says goodbye first
    stop.TrySetResult();
}
