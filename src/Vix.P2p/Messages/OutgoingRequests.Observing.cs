using System.Buffers;
using System.Runtime.CompilerServices;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Messages;

/// <content>Requests that somebody measures or traces.</content>
internal sealed partial class OutgoingRequests
{
    // A name that the peer does not speak is refused at once, and must not become a figure of its own.
    private bool IsObserved(string protocol) => _channel.Settings.Telemetry is { SeesRequests: true } && _channel.Find(protocol) is not null;

    private Observation? Observe(string protocol) =>
        _channel.Settings.Telemetry?.BeginRequest(protocol, _channel.Peer.Id, _channel.RemoteEndPoint, _channel.Scheme);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadOnlyMemory<byte>> ObserveAsync(string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Observation? observed = Observe(protocol);
        try
        {
            ReadOnlyMemory<byte> response = await AskAsync(protocol, payload, cancellationToken).ConfigureAwait(false);
            observed?.End(P2pReason.None);
            return response;
        }
        catch (Exception e)
        {
            End(observed, e);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ObserveAsync(string protocol, ReadOnlyMemory<byte> payload, IBufferWriter<byte> response, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Observation? observed = Observe(protocol);
        try
        {
            await AskAsync(protocol, payload, response, timeout, cancellationToken).ConfigureAwait(false);
            observed?.End(P2pReason.None);
        }
        catch (Exception e)
        {
            End(observed, e);
            throw;
        }
    }

    private static void End(Observation? observed, Exception exception)
    {
        P2pReason reason = exception switch
        {
            P2pSendException sending => sending.Reason,
            OperationCanceledException => P2pReason.Cancelled,
            _ => P2pReason.RequestFailed,
        };
        observed?.End(reason, (exception as P2pRemoteException)?.Code);
    }
}
