namespace Vix.P2p.Connections;

/// <summary>Those who wait until so many records have gone to the transport. Under the writer's gate.</summary>
internal sealed class FlushWaiters
{
    private readonly List<(long Target, TaskCompletionSource<bool> Done)> _waiting = new(0);

    /// <summary>Completes with true when that many have gone, with false when they never will.</summary>
    public Task<bool> Wait(long target)
    {
        // Completed under the gate: what awaits it must not run there.
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((target, done));
        return done.Task;
    }

    public void Complete(long gone, bool sent)
    {
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Target > gone)
                continue;
            _waiting[i].Done.SetResult(sent);
            _waiting.RemoveAt(i);
        }
    }
}
