namespace Vix.P2p.Messages;

/// <summary>
/// The handlers of a node that run, so that a stop can wait for them. Nothing can end a handler that does not end: a
/// stop waits as long as it may, and then goes on without it.
/// </summary>
internal sealed class HandlerWork
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

    public void Enter()
    {
        lock (_gate)
            _count++;
    }

    public void Leave()
    {
        TaskCompletionSource? empty = null;
        lock (_gate)
        {
            if (--_count == 0)
                (empty, _empty) = (_empty, null);
        }

        empty?.SetResult();
    }

    /// <summary>Completes when no handler runs.</summary>
    public Task WhenAllAsync()
    {
        lock (_gate)
            return _count == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
