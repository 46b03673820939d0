namespace Vix.P2p.Diagnostics;

/// <summary>
/// The tasks a node has started and not yet seen the end of: their one owner, so that nothing runs on after a stop
/// and no exception is lost.
/// </summary>
internal sealed class TaskSet(Action<Exception> unexpected)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _tasks = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _tasks.Count;
        }
    }

    /// <summary>Starts work on the thread pool, so that a caller's lock or thread is never held by it.</summary>
    public void Run(Func<Task> work)
    {
        Task task = Task.Run(work);
        lock (_gate)
            _tasks.Add(task);
        // Removal is attached after the add: a task that is done already removes itself at once.
        task.ContinueWith(
            static (done, state) => ((TaskSet)state!).Ended(done),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Completes when everything started so far, and all that it starts, has ended.</summary>
    public async Task WhenAllAsync()
    {
        while (true)
        {
            Task[] tasks;
            lock (_gate)
                tasks = [.. _tasks];
            if (tasks.Length == 0)
                return;
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Ended(Task task)
    {
        lock (_gate)
            _tasks.Remove(task);
        if (task.Exception is { } exception)
            unexpected(exception.GetBaseException());
    }
}
