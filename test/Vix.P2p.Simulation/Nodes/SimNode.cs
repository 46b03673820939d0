using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Hosting;
using Vix.P2p.Simulation.Network;
using Vix.P2p.Simulation.Running;
using Vix.P2p.Simulation.Timing;
using Vix.P2p.Simulation.Work;

namespace Vix.P2p.Simulation.Nodes;

/// <summary>One run of a node on its machine, from the start to the stop or the crash.</summary>
internal sealed class SimNode
{
    private readonly World _world;
    private readonly HashSet<PeerId> _connected = [];
    private long _lastRevision;

    public SimNode(World world, Machine machine, SeededRandom random)
    {
        _world = world;
        Machine = machine;
        Run = machine.Runs.Count;
        Key = (machine.Index * 1000) + Run;
        Clock = new NodeClock(world.Scheduler);
        Host = world.Network.AddHost(machine.Index);
        Handlers = new Handlers(world, this);
        Node = P2pNode.Create(
            machine.Options,
            builder =>
            {
                builder.AddTransport(new SimTransport(Host));
                builder.Services.AddSingleton(new NodeFeature(builder.Name)
                {
                    Seams = new NodeSeams
                    {
                        CreateIdentity = () => machine.NewIdentity(Run),
                        Jitter = random.Unit,
                        NewInstance = () => $"{random.Next():x16}{random.Next():x16}",
                        HeedsNetworkChanges = false,
                    },
                });
                Handlers.Add(builder);
            },
            new SimLog(world, $"n{machine.Index}.{Run}"),
            Clock);
        Watching = WatchAsync();
        machine.Runs.Add(this);
    }

    public Machine Machine { get; }

    /// <summary>The number of this run on its machine.</summary>
    public int Run { get; }

    /// <summary>A number that no other run of the world has.</summary>
    public int Key { get; }

    public NodeClock Clock { get; }

    public SimHost Host { get; }

    public P2pNode Node { get; }

    public Handlers Handlers { get; }

    /// <summary>Whether it was started and nobody has stopped it.</summary>
    public bool IsUp { get; set; }

    /// <summary>Its stop, once it was asked for.</summary>
    public Task? Stopping { get; set; }

    /// <summary>The moment by which the stop is to be over.</summary>
    public long StopBy { get; set; }

    /// <summary>Ends with the node.</summary>
    public Task Watching { get; }

    public string Name => $"n{Machine.Index}.{Run}";

    // What watchers are told must be a story that can be: who comes is not there, who leaves is, and revisions rise.
    private async Task WatchAsync()
    {
        await foreach (PeerEvent told in Node.WatchAsync())
        {
            _world.Scheduler.Trace.Tell(_world.Scheduler.Now, $"{Name} {told.Kind} {told.Peer?.NodeId} {told.Reason}");
            if (told.Revision <= _lastRevision)
                _world.Break($"{Name}: event {told.Kind} has revision {told.Revision} after {_lastRevision}");
            _lastRevision = told.Revision;
            switch (told.Kind)
            {
                case PeerEventKind.PeerConnected:
                    _world.Tally.Count("event", "connected");
                    if (!_connected.Add(told.Peer!.Id!.Value))
                        _world.Break($"{Name}: {told.Peer.NodeId} is told to be connected twice");
                    break;
                case PeerEventKind.PeerDisconnected:
                    _world.Tally.Count("end", told.Reason.ToCode());
                    if (!_connected.Remove(told.Peer!.Id!.Value))
                        _world.Break($"{Name}: {told.Peer.NodeId} is told to be gone and was not there");
                    break;
                case PeerEventKind.ConnectFailed or PeerEventKind.HandshakeFailed:
                    _world.Tally.Count("dial", told.Reason.ToCode());
                    break;
                case PeerEventKind.PeerStale:
                    _world.Tally.Count("event", told.Reason == P2pReason.Stale ? "stale" : "alive again");
                    break;
                case PeerEventKind.Resync:
                    _world.Break($"{Name}: a watcher that keeps up is told to look again");
                    break;
            }
        }
    }
}
