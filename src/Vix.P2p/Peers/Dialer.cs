using System.Diagnostics;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Transport;

namespace Vix.P2p.Peers;

/// <summary>
/// Dials what the table decides, a bounded number at once: opens a transport connection, shakes hands. One timer waits
/// for the next planned dial of a persistent peer.
/// </summary>
internal sealed class Dialer : IDisposable
{
    private readonly PeerTable _table;
    private readonly EndpointOpener _opener;
    private readonly OutboundHandshake _handshake;
    private readonly ConnectionSettings _connections;
    private readonly P2pNodeOptions _options;
    private readonly NodeCounters _counters;
    private readonly TaskSet _tasks;
    private readonly SemaphoreSlim _slots;
    private readonly Lock _planning = new();
    private readonly ITimer _plan;

    public Dialer(
        PeerTable table,
        EndpointOpener opener,
        OutboundHandshake handshake,
        ConnectionSettings connections,
        P2pNodeOptions options,
        NodeCounters counters,
        TaskSet tasks)
    {
        _table = table;
        _opener = opener;
        _handshake = handshake;
        _connections = connections;
        _options = options;
        _counters = counters;
        _tasks = tasks;
        _slots = new SemaphoreSlim(options.DialPolicy.MaxConcurrentDials, options.DialPolicy.MaxConcurrentDials);
        _plan = connections.Time.CreateTimer(static state => ((Dialer)state!).DialDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        table.PlanChanged = DialDue;
    }

    /// <summary>Decides about a connect and starts the dial when there is to be one.</summary>
    public ConnectRequest Request(PeerEndpoint endpoint, ConnectOptions options)
    {
        ConnectRequest request = _table.Request(endpoint, options, _opener.Refusal(endpoint));
        if (request.Result.Started)
        {
            request.Attempt!.Caller = Activity.Current?.Context ?? default;
            Start(request.Attempt);
        }
        else
            DialDue();
        return request;
    }

    /// <summary>Starts what is due and sets the timer to what is next.</summary>
    public void DialDue()
    {
        // One at a time: the answer of an older look must not set the timer after a newer one did.
        lock (_planning)
        {
            TimeSpan? next;
            long looked;
            do
            {
                looked = _connections.Time.GetTimestamp();
                IReadOnlyList<DialAttempt> due = _table.TakeDue(out next);
                foreach (DialAttempt attempt in due)
                    Start(attempt);
                SetTimer(next);
            }
            // The clock may have gone past it before the timer was set, which then fires that much too late.
            while (next is { } wait && _connections.Time.GetElapsedTime(looked) >= wait);
        }
    }

    public void Dispose()
    {
        _plan.Dispose();
        _slots.Dispose();
    }

    private void SetTimer(TimeSpan? next)
    {
        try
        {
            // Timers count whole milliseconds: one more, so that the dial is due when it fires.
            _plan.Change(next is { } wait ? wait + TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // A link that ended while the node stopped; nothing is dialled any more.
        }
    }

    private void Start(DialAttempt attempt) => _tasks.Run(() => DialAsync(attempt));

    private async Task DialAsync(DialAttempt attempt)
    {
        Observation? observed = _connections.Telemetry?.BeginConnect(attempt.Endpoint, attempt.Caller);
        HandshakeResult result;
        bool inHandshake = false;
        try
        {
            if (_slots.CurrentCount == 0)
                _connections.Limits.Reject(NodeLimit.MaxConcurrentDials);
            await _slots.WaitAsync(attempt.Cancelled).ConfigureAwait(false);
            try
            {
                (IP2pTransportConnection? connection, result) = await _opener.OpenAsync(attempt.Endpoint, attempt.Cancelled).ConfigureAwait(false);
                if (connection is not null)
                {
                    inHandshake = true;
                    Interlocked.Increment(ref _counters.HandshakesStarted);
                    result = await ObserveHandshakeAsync(attempt, connection, observed).ConfigureAwait(false);
                }
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (attempt.Cancelled.IsCancellationRequested)
        {
            result = HandshakeResult.Failed(attempt.CancelReason, "The dial was ended.");
        }
        catch (Exception e)
        {
            Log.DialBroken(_connections.Log, e, attempt.Endpoint);
            result = HandshakeResult.Failed(P2pReason.TransportFailed, "The dial failed unexpectedly.");
        }

        P2pReason outcome = await EndAsync(attempt, result, inHandshake).ConfigureAwait(false);
        observed?.Reach(result.RemoteId);
        observed?.End(outcome);
    }

    private async Task<HandshakeResult> ObserveHandshakeAsync(DialAttempt attempt, IP2pTransportConnection connection, Observation? dial)
    {
        Observation? observed = _connections.Telemetry?.BeginHandshake(dial, connection.RemoteEndPoint, attempt.Endpoint.Scheme);
        P2pReason reason = P2pReason.TransportFailed;
        try
        {
            HandshakeResult result = await ShakeHandsAsync(attempt, connection).ConfigureAwait(false);
            observed?.Reach(result.RemoteId);
            reason = result.Reason;
            return result;
        }
        finally
        {
            observed?.End(reason);
        }
    }

    private async Task<HandshakeResult> ShakeHandsAsync(DialAttempt attempt, IP2pTransportConnection connection)
    {
        _table.MarkHandshaking(attempt, connection.LocalEndPoint, connection.RemoteEndPoint);
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _connections.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, attempt.Cancelled);
        HandshakeResult result;
        try
        {
            result = await _handshake.RunAsync(connection, id => _table.Prove(attempt, id), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            result = Ended(attempt);
        }
        catch (IOException e)
        {
            // The peer reset the connection: before its Ack, or, when there is a claim, while Finish was sent.
            result = attempt.Link is null ? HandshakeResult.RefusedBeforeAck() : HandshakeResult.Failed(P2pReason.Lost, e.Message);
        }
        catch
        {
            // Told as what it is by the caller; the connection must not outlive it.
            await FailedHandshake.EndAsync(connection).ConfigureAwait(false);
            throw;
        }

        if (result.Keys is null)
        {
            await FailedHandshake.EndAsync(connection).ConfigureAwait(false);
            return result;
        }

        PeerLink link = attempt.Link!;
        using (result.Keys)
            link.Connection = new PeerConnection(connection, result.Keys, link.Id, attempt.Endpoint.Scheme, ConnectionRole.Initiator, _connections, link);
        _tasks.Run(() => RunAsync(link));
        try
        {
            P2pReason first = await link.FirstFrame.WaitAsync(either.Token).ConfigureAwait(false);
            return first == P2pReason.None ? result : HandshakeResult.Failed(first, Explain(first)) with { RemoteId = link.Id };
        }
        catch (OperationCanceledException)
        {
            // Established in time, and only not heard of it before the deadline: nothing is late.
            if (attempt.CancelReason == P2pReason.None && _table.IsEstablished(link))
                return result;
            // Ready may come at this very moment; then the connection was established and ends with this reason.
            HandshakeResult ended = Ended(attempt) with { RemoteId = link.Id };
            link.Connection.Abort(ended.Reason);
            P2pReason first = await link.FirstFrame.ConfigureAwait(false);
            return first == P2pReason.None ? result : ended;
        }
    }

    private static async Task RunAsync(PeerLink link) => link.Ended(await link.Connection!.RunAsync().ConfigureAwait(false));

    // The outcome. A duplicate is not a failure for those who wait: the peer comes by the other connection.
    private async Task<P2pReason> EndAsync(DialAttempt attempt, HandshakeResult result, bool inHandshake)
    {
        if (result.Reason is P2pReason.Duplicate or P2pReason.AlreadyConnected or P2pReason.RejectedDuplicate && result.RemoteId != default)
        {
            try
            {
                PeerInfo info = await ArrivalAsync(attempt, result.RemoteId).ConfigureAwait(false);
                _table.EndDial(attempt, P2pReason.None, "", inHandshake);
                Log.ConnectReady(_connections.Log, result.RemoteId);
                attempt.Done.TrySetResult(info);
                return P2pReason.None;
            }
            catch (OperationCanceledException)
            {
                // It did not come in time, or the dial was ended: a failure after all.
                if (attempt.CancelReason is not (P2pReason.None or P2pReason.Duplicate))
                    result = Ended(attempt);
            }
        }

        _table.EndDial(attempt, result.Reason, result.Detail, inHandshake);
        if (result.Reason != P2pReason.None)
            attempt.Fail(result.Reason, result.Detail);
        return result.Reason;
    }

    private async Task<PeerInfo> ArrivalAsync(DialAttempt attempt, PeerId id)
    {
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _connections.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, attempt.Cancelled);
        try
        {
            if (attempt.CancelReason != P2pReason.Duplicate)
                return await _table.ArrivalOf(id, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (attempt.CancelReason == P2pReason.Duplicate && !deadline.IsCancellationRequested)
        {
            // The peer's Reject was quicker than its own Finish, which has now made this dial give way: what is waited
            // for is about to be Ready.
        }

        return await _table.ArrivalOf(id, deadline.Token).ConfigureAwait(false);
    }

    private static HandshakeResult Ended(DialAttempt attempt) => attempt.CancelReason is var reason && reason != P2pReason.None
        ? HandshakeResult.Failed(reason, "The dial was ended.") with { RemoteId = attempt.Link?.Id ?? default }
        : HandshakeResult.Failed(P2pReason.HandshakeTimeout, "The handshake was not complete in time.");

    private static string Explain(P2pReason reason) => reason switch
    {
        P2pReason.Lost => "The peer closed before it was Ready.",
        P2pReason.ProtocolError => "The peer sent what the protocol does not allow.",
        _ => "The peer did not become Ready.",
    };
}
