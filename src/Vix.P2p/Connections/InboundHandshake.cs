using Vix.P2p.Handshake;
using Vix.P2p.Transport;

namespace Vix.P2p.Connections;

/// <summary>The responder's side of Hello, Ack, Finish on a transport connection: cheap checks before dear ones.</summary>
internal sealed class InboundHandshake(HandshakeSettings settings, EphemeralKeyCache seen, EllipticCurveGate gate, AckBudget acks, int memoryLimit)
{
    /// <summary>Runs up to the received Finish.</summary>
    /// <param name="connection">Where the initiator is.</param>
    /// <param name="ackSending">Called just before Ack is sent, the moment that tie-break counts from.</param>
    /// <param name="cancellationToken">Ends it; it throws then, or <see cref="HandshakeResult.GivenUp"/> is the result.</param>
    public async Task<HandshakeResult> RunAsync(IP2pTransportConnection connection, Action ackSending, CancellationToken cancellationToken)
    {
        using var responder = new HandshakeResponder(settings, seen);
        (HandshakeFault fault, byte[] hello) = await HandshakeReader.ReadAsync(connection.Input, HandshakeKind.Hello, settings.HasNetworkKey, memoryLimit, cancellationToken).ConfigureAwait(false);
        if (fault == HandshakeFault.None && hello.Length == 0)
            return HandshakeResult.Failed(P2pReason.Lost, "The peer closed before its Hello.");
        if (fault == HandshakeFault.None)
            fault = responder.ReadHello(hello);
        if (fault != HandshakeFault.None)
            return HandshakeResult.Failed(fault);

        if (await acks.RunAsync(() => WriteAck(connection, responder), cancellationToken).ConfigureAwait(false) is not { } took)
            return HandshakeResult.GivenUp;
        ackSending();
        await connection.Output.FlushAsync(cancellationToken).ConfigureAwait(false);

        (fault, byte[] finish) = await HandshakeReader.ReadAsync(connection.Input, HandshakeKind.Finish, networkKey: false, memoryLimit, cancellationToken).ConfigureAwait(false);
        if (fault == HandshakeFault.None && finish.Length == 0)
            return HandshakeResult.Failed(P2pReason.Lost, "The peer closed before its Finish.");
        byte[] payload = new byte[HandshakeFrame.MaxFrameLength];
        int length = 0;
        if (fault == HandshakeFault.None)
            fault = await gate.RunAsync(() => responder.ReadFinish(finish, payload, out length), cancellationToken).ConfigureAwait(false);
        if (fault != HandshakeFault.None)
            return HandshakeResult.Failed(fault);
        if (!Introduction.TryParse(payload.AsSpan(0, length), out Introduction? introduction, out string? error))
            return HandshakeResult.Failed(P2pReason.HandshakeFailed, error);
        return new HandshakeResult(P2pReason.None, "") { RemoteId = responder.RemoteId, Keys = responder.Split(), Introduction = introduction, AckTook = took };
    }

    /// <summary>A handshake has led to a peer, so its Ack was not one of those that come to nothing.</summary>
    public void CameToAPeer(HandshakeResult result) => acks.GiveBack(result.AckTook);

    private static int WriteAck(IP2pTransportConnection connection, HandshakeResponder responder)
    {
        int length = responder.WriteAck(connection.Output.GetSpan(HandshakeFrame.MaxFrameLength));
        connection.Output.Advance(length);
        return length;
    }
}
