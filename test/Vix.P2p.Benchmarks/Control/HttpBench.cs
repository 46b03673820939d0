using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>GET status and GET peers, against a bare minimal API on the same Kestrel.</summary>
internal sealed class HttpBench(BenchOptions options, Report report)
{
    private const int Clients = 8;
    private const int Peers = 100;

    public async Task RunAsync()
    {
        Report.WriteTitle(
            $"The control plane: {Clients} keep-alive connections, a node with {Peers} peers",
            "The node: MapP2pControl. Bare, same work: a minimal API that takes the node's snapshot, makes the same records and",
            "writes them by the same source-generated context, without \"who may call\", heavy places or error bodies. Bare,",
            "ready records: one that has them made. Stored bytes: one that writes a byte array. One Kestrel for all; the",
            "clients are raw sockets in this process and share its cores.");
        await using PeerNodes nodes = await PeerNodes.StartAsync(Peers);
        await using ControlHost host = await ControlHost.StartAsync(nodes.Hub);
        List<string[]> rows = [];
        foreach (string path in ControlHost.Paths)
        {
            (string Name, string Prefix)[] routes = [("node", ControlHost.Node), ("bare, same work", ControlHost.BareSnapshot), ("bare, ready records", ControlHost.BareReady), ("stored bytes", ControlHost.Stored)];
            var load = new HttpLoad[routes.Length];
            for (int i = 0; i < routes.Length; i++)
                load[i] = await HttpLoad.ConnectAsync(host.Port, routes[i].Prefix + path, Clients);
            Sample[] samples = await Rounds.RunAsync(options, Clients, [.. routes.Select((route, i) => new Contender(route.Name, load[i].GetAsync))]);
            for (int i = 0; i < routes.Length; i++)
            {
                rows.Add(["GET " + path, routes[i].Name, Report.Number(samples[i].PerSecond), Report.Number(samples[i].Processor), Report.Number(samples[i].Allocated), Report.Number(load[i].ResponseBytes)]);
                load[i].Dispose();
            }

            report.AddRatio($"GET {path} against the bare API, same work", samples[0].PerSecond / samples[1].PerSecond, 0.9);
            report.AddRatio($"GET {path} against the bare API that has its records ready", samples[0].PerSecond / samples[2].PerSecond, goal: null);
            report.AddRatio($"GET {path} against stored bytes", samples[0].PerSecond / samples[3].PerSecond, goal: null);
        }

        Report.WriteTable(["", "", "requests/s", "processor µs each", "allocated bytes each", "response bytes"], rows);
    }
}
