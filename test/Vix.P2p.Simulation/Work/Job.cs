namespace Vix.P2p.Simulation.Work;

/// <summary>Something that was asked of a node and has an end.</summary>
internal sealed class Job(string name, long deadline) : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    public string Name => name;

    /// <summary>By when it is over, in the world's time.</summary>
    public long Deadline => deadline;

    public bool IsOver { get; private set; }

    public CancellationToken Token => _cancel.Token;

    public bool IsCancelled => _cancel.IsCancellationRequested;

    public void Cancel()
    {
        if (!IsOver)
            _cancel.Cancel();
    }

    /// <summary>Whether what is left of it is an end in good order, which no cancellation cuts short.</summary>
    public bool IsEnding { get; set; }

    public void End() => IsOver = true;

    public void Dispose() => _cancel.Dispose();
}
