using Replication;
using Vix.P2p;

if (args is [var name, var port, .. var peers])
{
    await using Replica replica = await StartAsync(name, int.Parse(port), peers);
    Console.WriteLine($"{name} listens on port {port}. set <key> <value>, delete <key>, list; the end of the input ends it.");
    while (Console.ReadLine() is { } line)
    {
        Console.WriteLine(line.Split(' ', 3) switch
        {
            ["set", var key, var value] => await replica.WriteAsync(key, value) ? "written" : "not allowed, or full",
            ["delete", var key] => await replica.WriteAsync(key, null) ? "deleted" : "not allowed, or full",
            _ => $"{name}: {replica.Store}",
        });
    }

    return;
}

// Without arguments: three nodes in a row, writes on all of them at once, a link that is cut and comes back.
await using Replica alice = await StartAsync("alice", 0);
await using Replica bob = await StartAsync("bob", 0, ListenAddress(alice));
await using Replica carol = await StartAsync("carol", 0, ListenAddress(bob));
await Task.WhenAll(alice.WriteAsync("colour", "red"), bob.WriteAsync("colour", "green"), carol.WriteAsync("colour", "blue"));
await PrintConvergedAsync("alice - bob - carol", alice, bob, carol);

await carol.Node.DisconnectAsync(PeerEndpoint.Parse(ListenAddress(bob)));
await Task.WhenAll(alice.WriteAsync("size", "large"), bob.WriteAsync("shape", "round"), carol.WriteAsync("size", "small"), carol.WriteAsync("colour", null));
await PrintConvergedAsync("alice - bob", alice, bob);
await PrintConvergedAsync("              carol", carol);

await carol.Node.ConnectAsync(PeerEndpoint.Parse(ListenAddress(bob)));
await PrintConvergedAsync("alice - bob - carol", alice, bob, carol);
Console.WriteLine("All converged.");

static async Task<Replica> StartAsync(string name, int port, params string[] peers)
{
    Replica replica = new(new P2pNodeOptions { NodeId = name, ListenAddress = "127.0.0.1", ListenPort = port, ListenOnAnyPort = port == 0, Peers = peers });
    await replica.Node.StartAsync();
    return replica;
}

static string ListenAddress(Replica replica) => replica.Node.GetStatus().Listen[0];

static async Task PrintConvergedAsync(string network, params Replica[] replicas)
{
    while (replicas.Select(replica => string.Join('\n', replica.Store.Versions().Select(version => version.ToString()).Order())).Distinct().Count() > 1)
        await Task.Delay(TimeSpan.FromMilliseconds(20));
    Console.WriteLine($"{network,-19}  {replicas[0].Store}");
}
