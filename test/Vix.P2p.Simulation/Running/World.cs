using Vix.P2p.Simulation.Checks;
using Vix.P2p.Simulation.Network;
using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Timing;
using Vix.P2p.Simulation.Work;

namespace Vix.P2p.Simulation.Running;

/// <summary>All there is in one seed's run: machines with nodes, the network, one queue of events.</summary>
internal sealed class World
{
    private readonly SeededRandom _births;
    private string? _broken;

    public World(ulong seed, Sabotage sabotage, TextWriter? lines)
    {
        var random = new SeededRandom(seed);
        Sabotage = sabotage;
        Scheduler = new Scheduler(random.Fork(), new Trace(lines));
        Plan = new WorldPlan(random.Fork());
        Network = new SimNetwork(Scheduler, random.Fork(), new NetworkPlan(random.Fork()), Tally);
        _births = random.Fork();
        Client = new Client(this, random.Fork());
        Random = random.Fork();
        Pace = random.Fork();
        Ledger = new Ledger(this);
        Jobs = new Jobs(this);
        Machines = [.. Enumerable.Range(0, Plan.Machines).Select(index => new Machine(index, (int)(seed % 1_000_003 * 16) + index))];
        PeerId[] ids = [.. Machines.Select(machine => machine.Id)];
        foreach (Machine machine in Machines)
            machine.Options = Plan.OptionsOf(machine.Index, ids);
    }

    public Scheduler Scheduler { get; }

    public WorldPlan Plan { get; }

    public SimNetwork Network { get; }

    public Tally Tally { get; } = new();

    /// <summary>For what is done to the nodes.</summary>
    public SeededRandom Random { get; }

    /// <summary>For how far the nodes get between two events.</summary>
    public SeededRandom Pace { get; }

    public Ledger Ledger { get; }

    public Jobs Jobs { get; }

    public Client Client { get; }

    public IReadOnlyList<Machine> Machines { get; }

    public Sabotage Sabotage { get; }

    /// <summary>The nodes that run.</summary>
    public IEnumerable<SimNode> Up => Machines.Where(machine => machine.Node is { IsUp: true }).Select(machine => machine.Node!);

    /// <summary>Something that must always hold does not. The first one counts; the run ends at the next step.</summary>
    public void Break(string why) => _broken ??= why;

    /// <exception cref="BrokenException">Something was found.</exception>
    public void ThrowWhenBroken()
    {
        if (_broken is not null)
            throw new BrokenException(_broken);
    }

    /// <summary>Starts a node where none runs.</summary>
    public void Start(Machine machine)
    {
        if (machine.Node is { IsUp: true } || machine.Node is { Stopping.IsCompleted: false, Host.IsAlive: true })
            return;
        var node = new SimNode(this, machine, _births.Fork());
        machine.Node = node;
        Scheduler.Trace.Tell(Scheduler.Now, $"{node.Name} starts");
        _ = StartAsync(node);
        // Those that still believe in the machine that was hear from the one that is.
        Network.ResumeAll();
    }

    private async Task StartAsync(SimNode node)
    {
        try
        {
            await node.Node.StartAsync();
            node.IsUp = true;
        }
        catch (Exception e)
        {
            Break($"{node.Name} does not start: {e}");
        }
    }

    /// <summary>Asks a node to stop; by when it has to is checked.</summary>
    public void Stop(SimNode node)
    {
        node.IsUp = false;
        Scheduler.Trace.Tell(Scheduler.Now, $"{node.Name} stops");
        node.StopBy = Scheduler.Now + StopChecks.Longest.Ticks;
        node.Stopping = node.Node.StopAsync();
    }
}
