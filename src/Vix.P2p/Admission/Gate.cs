using System.Net;
using Microsoft.Extensions.Logging;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Admission;

/// <summary>
/// Asks the program's gatekeepers, in the order in which they were added, until one refuses. Whatever they do, an
/// answer comes in time: late, throwing and hanging ones refuse.
/// </summary>
internal sealed class Gate
{
    private readonly IReadOnlyList<Func<IP2pGatekeeper>> _keepers;
    private readonly TimeSpan _timeout;
    private readonly int _capacity;
    private readonly LimitBoard _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _telling = new();
    private readonly LineAllowance _lines = new();
    private int _asked;

    public Gate(IReadOnlyList<Func<IP2pGatekeeper>> keepers, P2pLimits options, LimitBoard limits, TimeProvider time, ILogger log)
    {
        _keepers = keepers;
        _timeout = options.GatekeeperTimeout;
        _capacity = options.PendingHandshakes;
        _limits = limits;
        _time = time;
        _log = log;
    }

    /// <summary>Whether nobody is asked.</summary>
    public bool IsOpen => _keepers.Count == 0;

    /// <summary>Whether a connection from an address may go on; not after the token is cancelled.</summary>
    public ValueTask<bool> AllowConnectionAsync(EndPoint? remote, CancellationToken cancellationToken) =>
        AskAsync(remote, static (keeper, remote, token) => keeper.AllowConnectionAsync(remote, token), cancellationToken);

    /// <summary>Whether a peer may come in; not after the token is cancelled.</summary>
    public ValueTask<bool> AllowPeerAsync(P2pNewcomer newcomer, CancellationToken cancellationToken) =>
        AskAsync(newcomer, static (keeper, newcomer, token) => keeper.AllowPeerAsync(newcomer, token), cancellationToken);

    private async ValueTask<bool> AskAsync<T>(T subject, Func<IP2pGatekeeper, T, CancellationToken, ValueTask<bool>> question, CancellationToken cancellationToken)
    {
        if (IsOpen)
            return true;
        if (Interlocked.Increment(ref _asked) > _capacity)
        {
            // Questions that were given up are still with the gatekeeper: it hangs, and one more would only be kept too.
            Interlocked.Decrement(ref _asked);
            _limits.Reject(NodeLimit.GatekeeperTimeout);
            return false;
        }

        // Neither a timer nor another source hangs on it, so it needs no end of its own.
        var givenUp = new CancellationTokenSource();
        // On another thread: code that blocks does not hold up the wait for it.
        Task<bool> answer = Task.Run(() => AskAllAsync(subject, question, givenUp.Token), CancellationToken.None);
        try
        {
            return await answer.WaitAsync(_timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _limits.Reject(NodeLimit.GatekeeperTimeout);
        }
        catch (OperationCanceledException)
        {
            // The handshake's own time is over, or the node stops.
        }

        _ = CancelAsync(givenUp);
        return false;
    }

    // Answers always, and never by an exception.
    private async Task<bool> AskAllAsync<T>(T subject, Func<IP2pGatekeeper, T, CancellationToken, ValueTask<bool>> question, CancellationToken givenUp)
    {
        try
        {
            foreach (Func<IP2pGatekeeper> keeper in _keepers)
            {
                if (givenUp.IsCancellationRequested || !await question(keeper(), subject, givenUp).ConfigureAwait(false))
                    return false;
            }

            return true;
        }
        catch (OperationCanceledException) when (givenUp.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            Tell(e);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _asked);
        }
    }

    // What the gatekeeper registered with the token runs elsewhere, and may throw.
    private async Task CancelAsync(CancellationTokenSource givenUp)
    {
        try
        {
            await givenUp.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            Tell(e);
        }
    }

    // Strangers bring it about as often as they like: a few lines tell as much as all.
    private void Tell(Exception exception)
    {
        bool loud;
        lock (_telling)
            loud = _lines.TryTake(_time);
        if (loud)
            Log.GatekeeperFailed(_log, exception);
        else
            Log.GatekeeperFailedAgain(_log, exception);
    }
}
