using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Benchmarks.Memory;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>GET status and a page of GET peers of a node with thousands of peers, against a bare minimal API.</summary>
internal sealed class ManyPeersBench(BenchOptions options, Report report)
{
    private const int Clients = 8;
    private const int Peers = 5_000;
    private const int QuickPeers = 500;

    public async Task RunAsync()
    {
        int peers = options.Quick ? QuickPeers : Peers;
        Report.WriteTitle(
            $"The control plane: {Clients} keep-alive connections, a node with {peers} peers",
            $"Pages of {ControlHost.PageRows} rows. The other ends of the peers are in another process. Bare: a minimal API that asks the node for",
            "the same page, makes the same records and writes them by the same source-generated context, without a query to read,",
            "\"who may call\", heavy places or error bodies. Unchanged: with If-None-Match, answered with 304. One Kestrel for all;",
            "the clients are raw sockets in this process and share its cores. Raised: as for idle memory.");
        await using NodeHub hub = new();
        await using IdleEnds connections = new(hub, IdleKind.Node, await hub.StartAsync(), settle: false);
        await connections.OpenAsync(peers);
        await using ControlHost host = await ControlHost.StartAsync(hub.Node);

        string page = $"{ControlHost.Node}{ControlHost.Peers}?limit={ControlHost.PageRows}";
        string bare = ControlHost.BareSnapshot + ControlHost.Page;
        (string What, string Who, string Path, bool Unchanged)[] routes =
        [
            ("status", "node", ControlHost.Node + ControlHost.Status, false),
            ("status", "bare", ControlHost.BareSnapshot + ControlHost.Status, false),
            ("page", "node", page, false),
            ("page", "bare", bare, false),
            ("page, unchanged", "node", page, true),
            ("page, unchanged", "bare", bare, true),
            ("page, sorted by rtt", "node", page + "&sort=rtt", false),
            ("page, sorted by id, descending", "node", page + "&sort=id&order=desc", false),
            ("page, of one state", "node", page + "&state=Connected", false),
            ("page, by a text that few have", "node", page + "&q=:4999", false),
        ];
        var load = new HttpLoad[routes.Length];
        for (int i = 0; i < routes.Length; i++)
            load[i] = await ConnectAsync(host.Port, routes[i].Path, routes[i].Unchanged);
        Sample[] samples = await Rounds.RunAsync(options, Clients, [.. routes.Select((route, i) => new Contender($"{route.What}, {route.Who}", load[i].GetAsync))]);

        List<string[]> rows = [];
        for (int i = 0; i < routes.Length; i++)
        {
            rows.Add([routes[i].What, routes[i].Who, Report.Number(samples[i].PerSecond), Report.Number(samples[i].Processor), Report.Number(samples[i].Allocated), Report.Number(load[i].ResponseBytes)]);
            load[i].Dispose();
        }

        for (int i = 0; i < 6; i += 2)
            report.AddRatio($"GET {routes[i].What}, {peers} peers, against the bare API, same work", samples[i].PerSecond / samples[i + 1].PerSecond, 0.9);
        Report.WriteTable(["", "", "requests/s", "processor µs each", "allocated bytes each", "response bytes"], rows);
    }

    private static async Task<HttpLoad> ConnectAsync(int port, string path, bool unchanged)
    {
        if (!unchanged)
            return await HttpLoad.ConnectAsync(port, path, Clients);
        using HttpLoad first = await HttpLoad.ConnectAsync(port, path, clients: 1);
        await first.GetAsync(0);
        return await HttpLoad.ConnectAsync(port, path, Clients, $"If-None-Match: {first.ETag()}\r\n");
    }
}
