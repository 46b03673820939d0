using Vix.P2p.Simulation.Network;
using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Running;

/// <summary>What is done to the nodes of a world and to its network, one deed after the other, at moments that the seed draws.</summary>
internal sealed class Deeds(World world)
{
    private readonly SeededRandom _random = world.Random;
    private bool _over;

    /// <summary>Begins the deeds and the work.</summary>
    public void Begin()
    {
        AfterSome(world.Plan.BetweenDeeds, DoNext);
        AfterSome(world.Plan.BetweenWork, WorkNext);
    }

    /// <summary>No more is done; the work goes on.</summary>
    public void End() => _over = true;

    private void DoNext()
    {
        if (_over)
            return;
        Do(_random.Pick(world.Plan.Chosen));
        AfterSome(world.Plan.BetweenDeeds, DoNext);
    }

    private void WorkNext()
    {
        if (_over)
            return;
        Work();
        AfterSome(world.Plan.BetweenWork, WorkNext);
    }

    /// <summary>Something that a program does.</summary>
    public void Work()
    {
        if (SomeNode() is { } from)
            world.Client.Work(from, OtherThan(from.Machine));
    }

    private void Do(Fault deed)
    {
        if (SomeNode() is not { } node)
            return;
        Machine other = OtherThan(node.Machine);
        bool done = true;
        switch (deed)
        {
            case Fault.Partition:
                Part();
                break;
            case Fault.CrashWithReset or Fault.CrashInSilence:
                world.Network.Crash(node.Host, silent: deed == Fault.CrashInSilence);
                world.Stop(node);
                RestartSoon(node.Machine);
                break;
            case Fault.Stop:
                world.Stop(node);
                RestartSoon(node.Machine);
                break;
            case Fault.WallClockJump:
                node.Clock.SetWall(_random.Between(TimeSpan.FromDays(-4000), TimeSpan.FromDays(4000)));
                break;
            case Fault.Suspend:
                node.Clock.Leap(_random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(_random.Chance(0.5) ? 20 : 600)));
                break;
            case Fault.BothDial:
                BothDial(node, other);
                break;
            case Fault.DialSelf:
                node.Node.Connect(node.Machine.Endpoint);
                break;
            case Fault.WrongId:
                node.Node.Connect(other.Endpoint, new ConnectOptions { ExpectedId = _random.Pick(world.Machines).Id, Force = _random.Chance(0.5) });
                break;
            case Fault.Disconnect:
                done = _random.Chance(0.5) ? node.Node.Disconnect(other.Id) : node.Node.Disconnect(other.Endpoint);
                break;
            case Fault.Ban:
                node.Node.Ban(other.Id, _random.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20)));
                if (_random.Chance(0.5))
                    Later(TimeSpan.FromSeconds(5), () => Unban(node, other));
                break;
            case Fault.Forget:
                done = node.Node.RemovePersistent(other.Endpoint);
                break;
            default:
                done = Strike(deed);
                break;
        }

        if (done)
            Tell(deed, node);
    }

    private void Part()
    {
        int[] sides = [.. world.Machines.Select(_ => _random.Between(0, 1))];
        world.Network.Part(sides);
        Later(TimeSpan.FromSeconds(40), () =>
        {
            if (!world.Network.IsParted)
                return;
            world.Network.Part(null);
            world.Tally.Count(Fault.Heal);
        });
    }

    private void RestartSoon(Machine machine) => Later(TimeSpan.FromSeconds(_random.Chance(0.5) ? 2 : 30), () => Restart(machine));

    /// <summary>Starts a node again, as soon as the one before it has ended where that is still at it.</summary>
    public void Restart(Machine machine)
    {
        if (machine.Node is { IsUp: false, Host.IsAlive: true, Stopping.IsCompleted: false })
        {
            world.Scheduler.After(TimeSpan.FromSeconds(0.5), () => Restart(machine));
            return;
        }

        if (machine.Node is { IsUp: true })
            return;
        world.Tally.Count(Fault.Restart);
        world.Start(machine);
    }

    // Within the time that a handshake takes, so that the dials cross in all ways there are; and mostly when both have just
    // lost each other.
    private void BothDial(SimNode node, Machine other)
    {
        if (other.Node is not { IsUp: true } peer)
            return;
        bool persistent = _random.Chance(0.2);
        TimeSpan soon = TimeSpan.FromMilliseconds(1);
        TimeSpan apart = world.Network.Plan.Latency * (4 * _random.Unit());
        if (_random.Chance(0.7))
            world.Network.Cut(node.Machine.Index, other.Index);
        world.Scheduler.After(soon, () => node.Node.Connect(other.Endpoint, new ConnectOptions { Force = true, Persistent = persistent }));
        world.Scheduler.After(soon + apart, () => peer.Node.Connect(node.Machine.Endpoint, new ConnectOptions { Force = true }));
    }

    private void Unban(SimNode node, Machine other)
    {
        if (node.IsUp && node.Node.Unban(other.Id))
            world.Tally.Count(Fault.Unban);
    }

    // Something happens to a connection that lives, at the next byte.
    private bool Strike(Fault fault)
    {
        if (world.Network.Links is not { Count: > 0 } links)
            return false;
        Link link = _random.Pick(links);
        Flow flow = (_random.Chance(0.5) ? link.Dialler : link.Accepted).Outgoing;
        flow.Planned = fault;
        flow.PlannedAt = 0;
        return false;
    }

    private SimNode? SomeNode()
    {
        SimNode[] up = [.. world.Up];
        return up.Length == 0 ? null : _random.Pick(up);
    }

    private Machine OtherThan(Machine machine) => world.Machines[(machine.Index + _random.Between(1, world.Machines.Count - 1)) % world.Machines.Count];

    private void Later(TimeSpan atMost, Action action) => world.Scheduler.After(_random.Between(TimeSpan.Zero, atMost), action);

    private void AfterSome(TimeSpan mean, Action action) => Later(2 * mean, action);

    private void Tell(Fault deed, SimNode node)
    {
        world.Tally.Count(deed);
        world.Scheduler.Trace.Tell(world.Scheduler.Now, $"{node.Name} {deed}");
    }
}
