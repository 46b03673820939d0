namespace Vix.P2p.Client.Requests;

/// <summary>Cancels when time is up or the caller wants it, and knows which of them it was.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan timeout, TimeProvider time, CancellationToken caller)
    {
        _timeout = timeout;
        _caller = caller;
        _clock = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _clock.Token);
    }

    public CancellationToken Token => _either.Token;

    public bool IsOver => _clock.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>What <see cref="HttpClient"/> throws when its own timeout is over.</summary>
    public TaskCanceledException ToException(Exception cause)
    {
        string message = $"The control plane did not answer within {_timeout.TotalSeconds} s.";
        return new TaskCanceledException(message, new TimeoutException(message, cause), Token);
    }

    public void Dispose()
    {
        _either.Dispose();
        _clock.Dispose();
    }
}
