namespace Vix.P2p.Simulation.Timing;

/// <summary>The one queue of a world: timers of all nodes, bytes under way, what is done to the nodes and the network.</summary>
internal sealed class Scheduler(SeededRandom random, Trace trace)
{
    private readonly PriorityQueue<(IScheduled What, long Stamp), Due> _queue = new();

    /// <summary>The time of the world, in ticks.</summary>
    public long Now { get; private set; } = TimeSpan.FromSeconds(1000).Ticks;

    /// <summary>Events that have happened.</summary>
    public long Steps { get; private set; }

    public Trace Trace => trace;

    public void At(long when, IScheduled what, long stamp = 0) => _queue.Enqueue((what, stamp), new Due(Math.Max(when, Now), random.Next()));

    public void After(TimeSpan wait, Action action) => At(Now + wait.Ticks, new Once(action));

    /// <summary>Whether another event follows this soon.</summary>
    public bool HasOneWithin(TimeSpan wait) => _queue.TryPeek(out _, out Due due) && due.At <= Now + wait.Ticks;

    /// <summary>The next event, if there is one until then; otherwise the time is that.</summary>
    public bool TryStep(long until)
    {
        while (_queue.TryPeek(out (IScheduled What, long Stamp) next, out Due due) && due.At <= until)
        {
            _queue.Dequeue();
            if (!next.What.IsWanted(next.Stamp))
                continue;
            Now = due.At;
            Steps++;
            trace.Add((ulong)Now);
            next.What.Happen();
            return true;
        }

        Now = Math.Max(Now, until);
        return false;
    }

    private sealed class Once(Action action) : IScheduled
    {
        public bool IsWanted(long stamp) => true;

        public void Happen() => action();
    }
}
