namespace Vix.P2p.Diagnostics;

/// <summary>
/// The tasks a node has started and not yet seen the end of: their one owner, so that nothing runs on after a stop
/// and no exception is lost.
/// </summary>
internal sealed class TaskSet(Action<Exception> unexpected)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _empty;
    private int _count;

    public int Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    /// <summary>
    /// Starts work on the thread pool, so that a caller's lock or thread is never held by it, and without the caller's
    /// context, which a connection would otherwise keep for as long as it lasts.
    /// </summary>
    public void Run(Func<Task> work)
    {
        lock (_gate)
            _count++;
        ThreadPool.UnsafeQueueUserWorkItem(static start => start.Set.Start(start.Work), (Set: this, Work: work), preferLocal: true);
    }

    /// <summary>Completes when everything started so far, and all that it starts, has ended.</summary>
    public Task WhenAllAsync()
    {
        lock (_gate)
        {
            if (_count == 0)
                return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    // The watching task is what each connection of a node keeps here: it holds the work's task and not the work, which
    // would keep alive whatever its lambda captured.
    private void Start(Func<Task> work)
    {
        Task task;
        try
        {
            task = work();
        }
        catch (Exception e)
        {
            task = Task.FromException(e);
        }

        _ = WatchAsync(task);
    }

    private async Task WatchAsync(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (task.Exception is { } exception)
                unexpected(exception.GetBaseException());
        }
        finally
        {
            Ended();
        }
    }

    private void Ended()
    {
        TaskCompletionSource? empty = null;
        lock (_gate)
        {
            if (--_count == 0)
                (empty, _empty) = (_empty, null);
        }

        empty?.SetResult();
    }
}
