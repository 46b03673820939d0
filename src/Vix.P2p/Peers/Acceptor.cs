using System.Net;
using Vix.P2p.Admission;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Transport;

namespace Vix.P2p.Peers;

/// <summary>Takes newcomers from a listener through admission and handshake into the table.</summary>
internal sealed class Acceptor
{
    // Exhaustion passes when connections end, and a pause this long is too short for a newcomer to give up.
    private static readonly TimeSpan ExhaustionPause = TimeSpan.FromMilliseconds(250);

    private readonly PeerTable _table;
    private readonly AddressLimiter _addresses;
    private readonly PendingHandshakes _pending;
    private readonly Gate _gate;
    private readonly InboundHandshake _handshake;
    private readonly ConnectionSettings _connections;
    private readonly ReadOnlyMemory<byte> _introduction;
    private readonly P2pNodeOptions _options;
    private readonly bool _vouchedByKey;
    private readonly NodeCounters _counters;
    private readonly TaskSet _tasks;
    private readonly LineAllowance _pauseLines = new();

    public Acceptor(
        PeerTable table,
        AddressLimiter addresses,
        PendingHandshakes pending,
        Gate gate,
        InboundHandshake handshake,
        ConnectionSettings connections,
        ReadOnlyMemory<byte> introduction,
        P2pNodeOptions options,
        bool vouchedByKey,
        NodeCounters counters,
        TaskSet tasks)
    {
        _table = table;
        _addresses = addresses;
        _pending = pending;
        _gate = gate;
        _handshake = handshake;
        _connections = connections;
        _introduction = introduction;
        _options = options;
        _vouchedByKey = vouchedByKey;
        _counters = counters;
        _tasks = tasks;
    }

    /// <summary>Accepts until the listener is disposed; an error an accept is survived.</summary>
    public async Task RunAsync(IP2pTransportListener listener, string scheme, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                IP2pTransportConnection? connection = await listener.AcceptAsync(stopping).ConfigureAwait(false);
                if (connection is null)
                    return;
                _tasks.Run(() => TakeAsync(connection, scheme, stopping));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (P2pTransportException e) when (e.Reason != P2pReason.Overload)
            {
                Log.AcceptFailed(_connections.Log, e.Message);
            }
            catch (Exception e)
            {
                // Out of handles or memory, or a transport that fails in a way of its own: without a pause this loop
                // would only make it worse.
                TellPause(e);
                await Task.Delay(ExhaustionPause, _connections.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeAsync(IP2pTransportConnection transport, string scheme, CancellationToken stopping)
    {
        IPAddress? address = AddressOf(transport.RemoteEndPoint);
        IDisposable? place = _addresses.TryEnter(address);
        if (place is null)
        {
            transport.Abort();
            await transport.DisposeAsync().ConfigureAwait(false);
            return;
        }

        bool handedOn = false;
        Observation? observed = null;
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _connections.Time);
        using var evicted = new CancellationTokenSource();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, evicted.Token, stopping);
        using PendingHandshake? pending = _pending.TryEnter(address, () => Evict(evicted));
        try
        {
            if (pending is null)
                return;
            Interlocked.Increment(ref _counters.HandshakesStarted);
            observed = _connections.Telemetry?.BeginHandshake(transport.RemoteEndPoint, scheme);
            HandshakeResult result;
            long ackSent = 0;
            try
            {
                result = await ShakeHandsAsync(transport, () => ackSent = _table.NextMoment(), any.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                result = HandshakeResult.GivenUp;
            }
            catch (IOException e)
            {
                // The peer reset the connection.
                result = HandshakeResult.Failed(P2pReason.Lost, e.Message);
            }

            if (ReferenceEquals(result, HandshakeResult.GivenUp))
            {
                result = stopping.IsCancellationRequested ? HandshakeResult.Failed(P2pReason.ShuttingDown, "The node stops.")
                    : evicted.IsCancellationRequested ? HandshakeResult.Failed(P2pReason.Overload, "It gave way to a later handshake.")
                    : HandshakeResult.Failed(P2pReason.HandshakeTimeout, "The handshake was not complete in time.");
                if (result.Reason == P2pReason.HandshakeTimeout)
                    _connections.Limits.Reject(NodeLimit.HandshakeTimeout);
            }

            if (result.Keys is null)
            {
                if (result.Fault == HandshakeFault.ReplayedEphemeral)
                    _connections.Limits.Count(NodeLimit.EphemeralKeysKept);
                if (result.Fault == HandshakeFault.TooManyBytes)
                    _connections.Limits.Reject(NodeLimit.HandshakeBytes);
                Interlocked.Increment(ref _counters.HandshakesFailed);
                observed?.End(result.Reason);
                Log.InboundFailed(_connections.Log, transport.RemoteEndPoint?.ToString() ?? "", result.Reason.ToCode(), result.Detail);
                return;
            }

            pending.MarkProven();
            handedOn = true;
            await DecideAsync(transport, scheme, result, ackSent, place, pending, observed, deadline.Token, stopping).ConfigureAwait(false);
        }
        finally
        {
            observed?.End(P2pReason.TransportFailed);
            if (!handedOn)
            {
                place.Dispose();
                await FailedHandshake.EndAsync(transport).ConfigureAwait(false);
            }
        }
    }

    private async Task<HandshakeResult> ShakeHandsAsync(IP2pTransportConnection transport, Action ackSending, CancellationToken cancellationToken)
    {
        if (await _gate.AllowConnectionAsync(transport.RemoteEndPoint, cancellationToken).ConfigureAwait(false))
            return await _handshake.RunAsync(transport, ackSending, cancellationToken).ConfigureAwait(false);
        return cancellationToken.IsCancellationRequested
            ? HandshakeResult.GivenUp
            : HandshakeResult.Failed(P2pReason.RefusedByGatekeeper, "A gatekeeper refused the address.");
    }

    private async Task DecideAsync(IP2pTransportConnection transport, string scheme, HandshakeResult result, long ackSent, IDisposable place, PendingHandshake pending, Observation? observed, CancellationToken deadline, CancellationToken stopping)
    {
        observed?.Reach(result.RemoteId);
        P2pReason refusal = await WhyRefusedAsync(result, transport.RemoteEndPoint, deadline, stopping).ConfigureAwait(false);
        InboundDecision decision = refusal != P2pReason.None
            ? InboundDecision.Refuse(refusal)
            : _table.Decide(result.RemoteId, result.Introduction!, scheme, transport.LocalEndPoint, transport.RemoteEndPoint, ackSent);
        PeerConnection connection;
        using (result.Keys)
            connection = new PeerConnection(transport, result.Keys!, result.RemoteId, scheme, ConnectionRole.Responder, _connections, (IConnectionObserver?)decision.Link ?? NoObserver.Instance);
        connection.Traffic.Open(result.Introduction!);
        decision.DroppedDial?.Cancel(decision.Reason);
        decision.DroppedConnection?.Close(decision.Reason, Records.CloseCode.Duplicate);
        if (decision.Link is not { } link)
        {
            Interlocked.Increment(ref _counters.HandshakesFailed);
            observed?.End(decision.Reason);
            Log.InboundRejected(_connections.Log, result.RemoteId, transport.RemoteEndPoint?.ToString() ?? "", decision.Reason.ToCode());
            connection.Reject(decision.Code, decision.Reason);
            // The handshake is over: who is only told no must not keep others from beginning theirs while it lingers.
            pending.Dispose();
            using (place)
                await connection.RunAsync().ConfigureAwait(false);
            return;
        }

        _handshake.CameToAPeer(result);
        link.Connection = connection;
        // A stop does not end it here: from Ready on the peer is told why, as it is on every other connection.
        using (deadline.Register(EndUnlessReady))
        {
            if (!await connection.SendReadyAsync(_introduction).ConfigureAwait(false))
                connection.Abort(P2pReason.Lost);
            else if (!_table.Establish(link))
                Drop(connection, _table.WhyDropped(link));
        }

        if (link.Established == 0)
            Interlocked.Increment(ref _counters.HandshakesFailed);
        observed?.End(link.Established == 0 ? connection.Reason : P2pReason.None);
        // A peer that a key or a list vouches for does not use up its address's places.
        if (_vouchedByKey || _options.AllowedPeers is not null)
            place.Dispose();
        _tasks.Run(() => RunAsync(link, connection, place));

        void EndUnlessReady()
        {
            if (!_table.IsEstablished(link))
                connection.Abort(P2pReason.HandshakeTimeout);
        }
    }

    private async ValueTask<P2pReason> WhyRefusedAsync(HandshakeResult newcomer, EndPoint? remote, CancellationToken deadline, CancellationToken stopping)
    {
        if (_gate.IsOpen)
            return P2pReason.None;
        if (_table.WhyRefused(newcomer.RemoteId) is var refusal && refusal != P2pReason.None)
            return refusal;
        Introduction introduction = newcomer.Introduction!;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, stopping);
        bool allowed = await _gate.AllowPeerAsync(new P2pNewcomer(newcomer.RemoteId, remote, introduction.NodeId, introduction.Agent, introduction.Protocols), either.Token).ConfigureAwait(false);
        return allowed ? P2pReason.None
            : stopping.IsCancellationRequested ? P2pReason.ShuttingDown
            : P2pReason.RefusedByGatekeeper;
    }

    private static void Drop(PeerConnection connection, P2pReason reason) => connection.Close(reason, reason switch
    {
        P2pReason.ShuttingDown => Records.CloseCode.ShuttingDown,
        P2pReason.Banned => Records.CloseCode.Banned,
        P2pReason.Requested => Records.CloseCode.Normal,
        _ => Records.CloseCode.Duplicate,
    });

    private static async Task RunAsync(PeerLink link, PeerConnection connection, IDisposable place)
    {
        using (place)
            link.Ended(await connection.RunAsync().ConfigureAwait(false));
    }

    // Called by the newcomer that needs the place, when this handshake may just have ended by itself.
    private static void Evict(CancellationTokenSource evicted)
    {
        try
        {
            evicted.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has left by itself.
        }
    }

    // Strangers bring it about as often as they like: a few lines tell as much as all.
    private void TellPause(Exception cause)
    {
        _connections.Limits.Count(NodeLimit.HandleReserve);
        bool loud;
        lock (_pauseLines)
            loud = _pauseLines.TryTake(_connections.Time);
        if (loud)
            Log.AcceptPaused(_connections.Log, cause.Message);
        else
            Log.AcceptPausedAgain(_connections.Log, cause.Message);
    }

    private static IPAddress? AddressOf(EndPoint? endpoint) => (endpoint as IPEndPoint)?.Address;
}
