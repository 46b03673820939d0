using Vix.P2p.Messages;
using Vix.P2p.Peers;

namespace Vix.P2p.Hosting;

/// <content>Connects and disconnects, as they are asked for.</content>
internal sealed partial class NodeRuntime
{
    /// <summary>What the established connection to a peer carries; null when there is none.</summary>
    public PeerChannel? FindChannel(PeerId peer) => Table.FindConnection(peer)?.Traffic as PeerChannel;

    /// <summary>What the established connections carry.</summary>
    public IEnumerable<PeerChannel> Channels() => Table.Connections().Select(connection => connection.Traffic).OfType<PeerChannel>();

    public ConnectRequest Connect(PeerEndpoint endpoint, ConnectOptions options) =>
        _dialer is { } dialer && Table.IsOpen
            ? dialer.Request(endpoint, options)
            : new ConnectRequest(new ConnectResult(false, endpoint, P2pReason.NotRunning), null, null);

    public async Task<PeerInfo> ConnectAsync(PeerEndpoint endpoint, ConnectOptions options, CancellationToken cancellationToken)
    {
        ConnectRequest request = Connect(endpoint, options);
        ConnectResult result = request.Result;
        if (request.Attempt is { } attempt)
        {
            PeerInfo info = await attempt.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            // Whoever began the dial that is shared may have taken any peer.
            return options.ExpectedId is { } expected && info.Id != expected
                ? throw new P2pConnectException(endpoint, P2pReason.IdMismatch, $"Connecting {endpoint} reached another peer than the expected one.")
                : info;
        }

        if (result.Reason == P2pReason.AlreadyConnected)
            return request.Row!.ToInfo(Time);
        if (result.Reason == P2pReason.InProgress && request.Row!.State.Id is { } id)
            return await WaitForInboundAsync(endpoint, id, cancellationToken).ConfigureAwait(false);
        throw new P2pConnectException(endpoint, result.Reason, $"Connecting {endpoint} was not begun ({result.Reason.ToCode()}).");
    }

    /// <summary>Asks for a row's connection or dial to end; false when it has neither and none is planned.</summary>
    public bool Disconnect(PeerRow? row) => End(row, P2pReason.Requested) is not null;

    /// <summary>Refuses a peer from now on, and then ends what it has: so it cannot come back in between.</summary>
    public PeerBan Ban(PeerId id, TimeSpan duration)
    {
        PeerBan ban = Table.Ban(id, duration, out IReadOnlyList<PeerRow> rows);
        foreach (PeerRow row in rows)
            End(row, P2pReason.Banned);
        return ban;
    }

    public async Task<bool> DisconnectAsync(PeerRow? row, CancellationToken cancellationToken)
    {
        if (End(row, P2pReason.Requested) is not { } ending)
            return false;
        if (ending.Link?.Connection is { } connection)
            await connection.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        await EndOfAsync(ending.Dial, cancellationToken).ConfigureAwait(false);
        await EndOfAsync(ending.Other, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    private static async Task EndOfAsync(DialAttempt? dial, CancellationToken cancellationToken)
    {
        if (dial is not null)
            await ((Task)dial.Done.Task).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private PeerEnding? End(PeerRow? row, P2pReason reason)
    {
        if (row is null || Table.Pause(row, reason) is not { } ending)
            return null;
        bool banned = reason == P2pReason.Banned;
        ending.Dial?.Cancel(banned ? reason : P2pReason.Cancelled);
        ending.Other?.Cancel(banned ? reason : P2pReason.Cancelled);
        ending.Link?.Connection?.Close(reason, banned ? Records.CloseCode.Banned : Records.CloseCode.Normal);
        return ending;
    }

    private async Task<PeerInfo> WaitForInboundAsync(PeerEndpoint endpoint, PeerId id, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await Table.ArrivalOf(id, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new P2pConnectException(endpoint, P2pReason.HandshakeTimeout, $"Connecting {endpoint} failed: the peer's own connection was not Ready in time.");
        }
    }
}
