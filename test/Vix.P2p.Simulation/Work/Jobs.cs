using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Work;

/// <summary>All that was asked and is not over. Nothing may be late, and what was cancelled is over at once.</summary>
internal sealed class Jobs(World world)
{
    private readonly HashSet<Job> _open = [];
    private readonly List<Job> _cancelled = [];
    private readonly PriorityQueue<Job, long> _byDeadline = new();

    /// <summary>What is not over yet.</summary>
    public IEnumerable<string> Open => _open.Select(job => job.Name);

    public int Count => _open.Count;

    public Job Begin(string name, TimeSpan? atMost)
    {
        var job = new Job(name, atMost is { } wait ? world.Scheduler.Now + wait.Ticks : long.MaxValue);
        _open.Add(job);
        if (atMost is not null)
            _byDeadline.Enqueue(job, job.Deadline);
        return job;
    }

    public void CancelAfter(Job job, TimeSpan wait) => world.Scheduler.After(wait, () =>
    {
        if (job.IsOver)
            return;
        _cancelled.Add(job);
        job.Cancel();
    });

    public void End(Job job)
    {
        if (job.IsOver)
            world.Break($"{job.Name} ends twice");
        job.End();
        _open.Remove(job);
    }

    public void Check()
    {
        foreach (Job job in _cancelled)
        {
            if (!job.IsOver && !job.IsEnding)
                world.Break($"{job.Name} was cancelled and goes on");
        }

        _cancelled.Clear();
        while (_byDeadline.TryPeek(out Job? first, out long deadline) && (first.IsOver || deadline < world.Scheduler.Now))
        {
            if (!first.IsOver)
                world.Break($"{first.Name} is not over in time");
            _byDeadline.Dequeue();
        }
    }
}
