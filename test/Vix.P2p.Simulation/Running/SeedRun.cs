using System.Diagnostics;
using Vix.P2p.Simulation.Checks;
using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Running;

/// <summary>The run of one seed: a world is born, has its bad time, is healed, has to come to rest, and ends.</summary>
internal sealed class SeedRun(ulong seed, Sabotage sabotage, TextWriter? lines)
{
    // A world that does this much is caught in a circle.
    private const long MostSteps = 500_000;

    // Each of these is what the nodes promise: a silent peer is closed after CloseAfter, a backoff of one that is kept
    // connected is at most 30 s, a handshake takes at most its timeout; and a second round of it, for a dial that went to a
    // connection nobody had closed yet.
    private static readonly TimeSpan HealedWithin = TimeSpan.FromSeconds(150);

    // A key that came back too often is refused for 5 min, as one that was cloned would be.
    private static readonly TimeSpan Penalty = TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(35);

    // How long a busy machine may let something wait, and how many events come meanwhile.
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(5);

    private const int MostAtOnce = 8;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly World _world = new(seed, sabotage, lines);
    private readonly Quiet _quiet = new();
    private WorldChecks _checks = null!;

    public World World => _world;

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="BrokenException">Something did not hold.</exception>
    public async Task RunAsync()
    {
        _checks = new WorldChecks(_world);
        var deeds = new Deeds(_world);
        foreach (Machine machine in _world.Machines)
            _world.Start(machine);
        deeds.Begin();
        await PassAsync(_world.Plan.Duration);
        deeds.End();
        await HealAsync(deeds);
        await RestAsync(deeds);
        await StopAsync();
    }

    private async Task HealAsync(Deeds deeds)
    {
        _world.Scheduler.Trace.Tell(_world.Scheduler.Now, "healed");
        _world.Network.Calm();
        foreach (Machine machine in _world.Machines)
            deeds.Restart(machine);
        await PassAsync(TimeSpan.Zero);
        long healed = _world.Scheduler.Now;
        string? why;
        do
        {
            Keep();
            await PassAsync(Second);
            why = _checks.WhyNotWhole();
            TimeSpan within = HealedWithin + (Penalized ? Penalty : TimeSpan.Zero);
            if (why is not null && _world.Scheduler.Now - healed > within.Ticks)
                throw new BrokenException($"{within.TotalSeconds} s after all was healed {why}");
        }
        while (why is not null);
        _world.Tally.Count("healed", ((_world.Scheduler.Now - healed) / TimeSpan.TicksPerSecond) switch
        {
            <= 2 => "within 2 s",
            <= 10 => "within 10 s",
            <= 40 => "within 40 s",
            <= 90 => "within 90 s",
            <= 150 => "within 150 s",
            _ => "later, after a penalty",
        });
    }

    private bool Penalized => _world.Up.Any(node => node.Node.GetStatus().LimitRejections["takeovers"] > 0);

    // What a program had ended is asked for again, and waits as long as it may; what the network had ended comes back by
    // itself.
    private void Keep()
    {
        foreach (SimNode node in _world.Up)
        {
            foreach (PeerBan ban in node.Node.GetBans())
                node.Node.Unban(ban.Id);
            foreach (PersistentPeer kept in node.Node.GetPersistentPeers())
            {
                if (kept.Paused)
                    node.Node.Connect(kept.Endpoint, new ConnectOptions { Persistent = true });
            }
        }
    }

    // With all healed nothing comes or goes any more, whatever is sent.
    private async Task RestAsync(Deeds deeds)
    {
        string before = Connections();
        for (int second = 0; second < 8; second++)
        {
            deeds.Work();
            await PassAsync(Second);
        }

        await PassAsync(TimeSpan.FromSeconds(30));
        if (_world.Plan.HasRoom && Connections() is var after && after != before)
            throw new BrokenException($"at rest the connections were {before} and are {after}");
        if (_checks.WhyNotWhole() is { } why)
            throw new BrokenException($"at rest {why}");
    }

    private string Connections() => string.Join(", ", from node in _world.Up
                                                      from peer in node.Node.GetPeers().Peers
                                                      where peer.State is PeerState.Connected or PeerState.Stale
                                                      orderby node.Key, peer.NodeId
                                                      select $"{node.Name}>{peer.NodeId} {peer.LocalEndpoint} {peer.RemoteEndpoint}");

    private async Task StopAsync()
    {
        foreach (SimNode node in _world.Up.ToArray())
            _world.Stop(node);
        await PassAsync(StopChecks.Longest + Second);
        SimNode[] all = [.. _world.Machines.SelectMany(machine => machine.Runs)];
        if (_world.Jobs.Count > 0)
            throw new BrokenException($"all nodes have stopped and these are not over: {string.Join(", ", _world.Jobs.Open)}");
        // What handlers that heed nothing were at.
        await PassAsync(TimeSpan.FromSeconds(6));
        foreach (SimNode node in all)
            StopChecks.CheckRest(_world, node);
        _world.ThrowWhenBroken();
        _world.Tally.Count("run", "nodes", all.Length);
        _world.Tally.Count("run", "events", _world.Scheduler.Steps);
    }

    // A deed may take no time at all: what it has begun is over before the next is looked at.
    private async Task PassAsync(TimeSpan time)
    {
        long until = _world.Scheduler.Now + time.Ticks;
        await SettleAsync();
        while (_world.Scheduler.TryStep(until))
        {
            await HurryAsync(until);
            await SettleAsync();
            if (_world.Scheduler.Steps > MostSteps)
                throw new BrokenException($"{MostSteps} events, and no end");
        }

        if (sabotage == Sabotage.Chance)
            _world.Scheduler.Trace.Add((ulong)Stopwatch.GetTimestamp());
    }

    // Everything that is under way in the nodes comes to its end; then it can be looked at.
    private async Task SettleAsync()
    {
        await _quiet;
        _checks.Check();
    }

    // On a busy machine the next events come while the nodes are still at the last one, and meet what is half done.
    private async Task HurryAsync(long until)
    {
        for (int more = 0; more < MostAtOnce && _world.Scheduler.HasOneWithin(Busy) && _world.Pace.Chance(_world.Plan.Hurry); more++)
        {
            if (_world.Pace.Between(0, 3) is > 0 and var turns)
                await _quiet.After(turns);
            if (!_world.Scheduler.TryStep(Math.Min(until, _world.Scheduler.Now + Busy.Ticks)))
                return;
        }
    }
}
