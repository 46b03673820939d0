using System.Net;
using Vix.P2p.Simulation.Running;
using Vix.P2p.Simulation.Timing;
using Vix.P2p.Transport;

namespace Vix.P2p.Simulation.Network;

/// <summary>What lies between the nodes of a world. What it does to them follows from the seed.</summary>
internal sealed class SimNetwork(Scheduler scheduler, SeededRandom random, NetworkPlan plan, Tally tally)
{
    private readonly List<Link> _links = [];
    private readonly SortedDictionary<int, SimHost> _hosts = [];
    private int[]? _sides;
    private int _nextPort = 20_000;

    public Scheduler Scheduler => scheduler;

    public SeededRandom Random => random;

    public NetworkPlan Plan => plan;

    /// <summary>Whether nothing bad happens by itself any more.</summary>
    public bool IsCalm { get; private set; }

    public bool IsParted => _sides is not null;

    /// <summary>Connections that somebody still has.</summary>
    public IReadOnlyList<Link> Links
    {
        get
        {
            _links.RemoveAll(link => link.IsGone);
            return _links;
        }
    }

    public static IPAddress AddressOf(int machine) => new([10, 0, 0, (byte)(machine + 1)]);

    public SimHost AddHost(int machine) => _hosts[machine] = new SimHost(this, machine, AddressOf(machine));

    /// <summary>Draws, and counts what came of it. Calm networks do nothing.</summary>
    public bool ChanceOf(double probability, Fault fault)
    {
        if (IsCalm || probability == 0 || !random.Chance(probability))
            return false;
        tally.Count(fault);
        return true;
    }

    public TimeSpan Delay()
    {
        TimeSpan delay = plan.Latency + (plan.Jitter * random.Unit());
        return ChanceOf(plan.Spike, Fault.DelaySpike) ? delay + random.Between(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(8)) : delay;
    }

    /// <summary>Parts the machines in two groups, or lets them be one again.</summary>
    public void Part(int[]? sides)
    {
        _sides = sides;
        ResumeAll();
    }

    public bool Blocks(LinkEnd from, LinkEnd to) =>
        IsParted && _sides![from.Host.Machine] != _sides[to.Host.Machine]
        // A machine that is down answers nothing, and one that is up again does not know the connection.
        || (!to.Host.IsAlive && _hosts[to.Host.Machine] == to.Host);

    /// <summary>What waited for a way, or for an answer, goes on.</summary>
    public void ResumeAll()
    {
        foreach (Link link in _links)
        {
            link.Dialler.Outgoing.Resume();
            link.Accepted.Outgoing.Resume();
        }
    }

    /// <summary>A machine fails. The peers hear of it by a reset, or not at all until it is up again.</summary>
    public void Crash(SimHost host, bool silent)
    {
        foreach (Link link in Links.ToArray())
        {
            foreach (LinkEnd own in (ReadOnlySpan<LinkEnd>)[link.Dialler, link.Accepted])
            {
                if (own.Host != host)
                    continue;
                bool told = !silent && !own.IsOver;
                own.TakeReset();
                if (told)
                    own.Outgoing.Reset(overtakes: random.Chance(0.5));
            }
        }

        host.IsAlive = false;
    }

    /// <summary>Resets all connections between two machines.</summary>
    public void Cut(int one, int other)
    {
        foreach (Link link in Links)
        {
            if (!link.Joins(one, other))
                continue;
            link.Dialler.TakeReset();
            link.Accepted.TakeReset();
        }
    }

    /// <summary>From now on nothing bad happens by itself; what was planned does not either. What is stalled stays so.</summary>
    public void Calm()
    {
        IsCalm = true;
        Part(null);
        foreach (Link link in _links)
        {
            link.Dialler.Outgoing.Calm();
            link.Accepted.Outgoing.Calm();
        }
    }

    /// <summary>Whether nothing is under way between two machines that would change what one of them knows.</summary>
    public bool IsIdle(int one, int other)
    {
        if (_sides is not null && _sides[one] != _sides[other])
            return false;
        foreach (Link link in _links)
        {
            if (link.Joins(one, other) && !link.IsIdle)
                return false;
        }

        return true;
    }

    public async ValueTask<IP2pTransportConnection> DialAsync(SimHost from, IPEndPoint to, CancellationToken cancellationToken)
    {
        var dial = new Dial(from, to);
        try
        {
            if (!from.IsAlive)
                throw new P2pTransportException(P2pReason.Unreachable, "The machine has crashed.");
            if (ChanceOf(plan.DialRefused, Fault.DialRefused))
                scheduler.After(Delay(), () => Refuse(dial));
            else if (!ChanceOf(plan.DialLost, Fault.DialLost))
                scheduler.After(Delay(), () => Arrive(dial));
            return await dial.Done.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            dial.Done.TrySetCanceled(CancellationToken.None);
            dial.Own?.Abort();
            throw;
        }
    }

    public void Count(Fault fault, LinkEnd from, LinkEnd to)
    {
        tally.Count(fault);
        Tell(from, to, fault.ToString());
    }

    public void Tell(LinkEnd from, LinkEnd to, int bytes)
    {
        scheduler.Trace.Add((ulong)bytes);
        if (scheduler.Trace.IsRead)
            scheduler.Trace.Show(scheduler.Now, $"{Name(from)} > {Name(to)}: {bytes} bytes");
    }

    public void Tell(LinkEnd from, LinkEnd to, string what)
    {
        scheduler.Trace.Add(what);
        if (scheduler.Trace.IsRead)
            scheduler.Trace.Show(scheduler.Now, $"{Name(from)} > {Name(to)}: {what}");
    }

    private static string Name(LinkEnd end) => $"n{end.Host.Machine}:{((IPEndPoint)end.LocalEndPoint!).Port}";

    private static void Refuse(Dial dial) =>
        dial.Done.TrySetException(new P2pTransportException(P2pReason.ConnectionRefused, "Nobody listens there."));

    private void Arrive(Dial dial)
    {
        int machine = dial.To.Address.GetAddressBytes()[3] - 1;
        SimHost? target = _hosts.GetValueOrDefault(machine);
        if (dial.Done.Task.IsCompleted || !dial.From.IsAlive || (_sides is not null && _sides[dial.From.Machine] != _sides[machine]))
            return;
        // One that crashed is not there to refuse; on one that was stopped somebody still answers.
        if (target is { IsAlive: false } && random.Chance(0.5))
            return;
        if (target is not { IsAlive: true, Listener: { } listener })
        {
            scheduler.After(Delay(), () => Refuse(dial));
            return;
        }

        var near = new IPEndPoint(dial.From.Address, _nextPort++);
        var own = new LinkEnd(dial.From, near, dial.To);
        var accepted = new LinkEnd(target, dial.To, near);
        own.Outgoing = new Flow(this, own, accepted);
        accepted.Outgoing = new Flow(this, accepted, own);
        Doom(random.Chance(0.5) ? own.Outgoing : accepted.Outgoing);
        _links.Add(new Link(own, accepted));
        dial.Own = own;
        if (!listener.TryEnqueue(accepted))
            accepted.Abort();
        scheduler.After(Delay(), () =>
        {
            // A crash or a reset may have come meanwhile; whoever dialled finds that out by itself.
            if (!dial.Done.TrySetResult(own))
                own.Abort();
        });
    }

    // Something that happens to a connection at a byte of its own: in the handshake as often as after it.
    private void Doom(Flow flow)
    {
        if (IsCalm || !random.Chance(plan.BadLink))
            return;
        flow.Planned = random.Pick([Fault.Cut, Fault.Cut, Fault.HalfClose, Fault.StallOneWay, Fault.StallBothWays, Fault.FlippedBit, Fault.RepeatedBytes, Fault.Pause, Fault.SlowReader]);
        flow.PlannedAt = random.Chance(0.5) ? random.Between(0, 700) : random.Between(0, 20_000);
    }
}
