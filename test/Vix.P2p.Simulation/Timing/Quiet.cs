using System.Runtime.CompilerServices;

namespace Vix.P2p.Simulation.Timing;

/// <summary>
/// Awaiting it lets everything run that is queued for the pool, and all that follows from that, until nothing is left:
/// with one thread, whoever runs while nothing is queued is alone.
/// </summary>
internal sealed class Quiet : INotifyCompletion, IThreadPoolWorkItem
{
    private Action? _continuation;
    private int _turns;

    public bool IsCompleted => false;

    /// <summary>Refuses a pool in which runs would differ.</summary>
    /// <exception cref="InvalidOperationException">There is more than one thread.</exception>
    public static void CheckPool()
    {
        ThreadPool.GetMaxThreads(out int workers, out _);
        if (workers != 1)
            throw new InvalidOperationException($"The thread pool may have {workers} threads. A seed replays only with one: run it with its own runtimeconfig.json, and without DOTNET_ThreadPool_ variables.");
    }

    /// <summary>Lets only so many rounds of it run: what is queued now, then what that has queued, and so on.</summary>
    public Quiet After(int turns)
    {
        _turns = turns;
        return this;
    }

    public Quiet GetAwaiter() => this;

    public void OnCompleted(Action continuation)
    {
        _continuation = continuation;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void GetResult()
    {
    }

    public void Execute()
    {
        if (ThreadPool.PendingWorkItemCount > 0 && --_turns != 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        _turns = 0;
        _continuation!();
    }
}
