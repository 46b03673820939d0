using System.Net.NetworkInformation;
using Vix.P2p.Connections;
using Vix.P2p.Peers;

namespace Vix.P2p.Hosting;

/// <content>The end of a node, within <see cref="StopTime"/> whatever peers and handlers do.</content>
internal sealed partial class NodeRuntime
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    // Of its own, since what the program registers with it may block: nothing of the node's own hangs on it. Never
    // disposed, for a handler that is left goes on using its token.
    private readonly CancellationTokenSource _handlersStopping = new();

    /// <summary>From now on newcomers are rejected and nothing is dialled.</summary>
    public void BeginStop()
    {
        lock (_gate)
        {
            if (_state != NodeState.Stopped)
                _state = NodeState.Stopping;
        }

        foreach (DialAttempt attempt in Table.Shut())
            attempt.Cancel(P2pReason.ShuttingDown);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _stopped ??= Task.Run(() => StopOnceAsync(cancellationToken), CancellationToken.None);
    }

    // Stop the heartbeat, stop listening, send Close to peers, wait for the token, abort what is left, dispose.
    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        // One time for all that is waited for, not one each.
        using var deadline = new CancellationTokenSource(StopTime, Time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        BeginStop();
        // A start under way ends first: what it made is then in the fields, and nothing more is made.
        await _giveUpStart.CancelAsync().ConfigureAwait(false);
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        BeginStop();
        NetworkChange.NetworkAddressChanged -= OnNetworkChanged;
        if (_heartbeat is not null)
            await _heartbeat.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        // Handlers hear of it while their peers can still be answered.
        Task told = _handlersStopping.CancelAsync();
        if (_listener is not null)
            await _listener.DisposeAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (PeerConnection connection in _parts?.Connections.Live.Snapshot() ?? [])
            connection.Close(P2pReason.ShuttingDown, Records.CloseCode.ShuttingDown);

        Task all = _tasks.WhenAllAsync();
        await all.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (PeerConnection connection in _parts?.Connections.Live.Snapshot() ?? [])
            connection.Abort(P2pReason.ShuttingDown);
        await all.ConfigureAwait(false);
        await WaitForHandlersAsync(told, patience.Token).ConfigureAwait(false);

        _dialer?.Dispose();
        _parts?.Dispose();
        _telemetry?.Dispose();
        _stopping.Dispose();
        _giveUpStart.Dispose();
        lock (_gate)
            _state = NodeState.Stopped;
        Table.Complete();
        if (_startedAt is not null)
            Log.Stopped(_log);
        LogLines.Complete();
    }

    // Their connections are gone and their tokens cancelled; one that does not end by that cannot be ended.
    private async Task WaitForHandlersAsync(Task told, CancellationToken patience)
    {
        await Task.WhenAll(told, _channels.Work.WhenAllAsync()).WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _channels.IsOver = true;
        if (told.Exception is { } exception)
            Log.CancellationFailed(_log, exception.GetBaseException());
        if (_channels.Work.Count is > 0 and var left)
            Log.HandlersLeft(_log, left);
    }
}
