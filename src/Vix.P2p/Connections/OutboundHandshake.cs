using System.IO.Pipelines;
using Vix.P2p.Handshake;
using Vix.P2p.Transport;

namespace Vix.P2p.Connections;

/// <summary>The initiator's side of Hello, Ack, Finish on a transport connection.</summary>
internal sealed class OutboundHandshake(HandshakeSettings settings, EllipticCurveGate gate, ReadOnlyMemory<byte> introduction, int memoryLimit)
{
    /// <summary>Runs up to the sent Finish.</summary>
    /// <param name="decide">
    /// Asked with the proven id before Finish is sent, while nothing of this node has been revealed; any reason but
    /// None ends the handshake there.
    /// </param>
    public async Task<HandshakeResult> RunAsync(IP2pTransportConnection connection, Func<PeerId, P2pReason> decide, CancellationToken cancellationToken)
    {
        using var initiator = new HandshakeInitiator(settings);
        PipeWriter output = connection.Output;
        await gate.RunAsync(() => Write(output, HandshakeFrame.MaxFrameLength, initiator.WriteHello), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);

        (HandshakeFault fault, byte[] ack) = await HandshakeReader.ReadAsync(connection.Input, HandshakeKind.Ack, networkKey: false, memoryLimit, cancellationToken).ConfigureAwait(false);
        if (fault != HandshakeFault.None)
            return HandshakeResult.Failed(fault);
        if (ack.Length == 0)
            return HandshakeResult.RefusedBeforeAck();
        fault = await gate.RunAsync(() => initiator.ReadAck(ack), cancellationToken).ConfigureAwait(false);
        if (fault != HandshakeFault.None)
            return HandshakeResult.Failed(fault);

        PeerId id = initiator.RemoteId;
        if (decide(id) is var refusal && refusal != P2pReason.None)
            return HandshakeResult.Failed(refusal, "Not completed: " + refusal.ToCode()) with { RemoteId = id };
        await gate.RunAsync(() => Write(output, HandshakeFrame.MaxFrameLength, frame => initiator.WriteFinish(introduction.Span, frame)), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new HandshakeResult(P2pReason.None, "") { RemoteId = id, Keys = initiator.Split() };
    }

    private delegate int Writer(Span<byte> frame);

    private static int Write(PipeWriter output, int room, Writer write)
    {
        int length = write(output.GetSpan(room));
        output.Advance(length);
        return length;
    }
}
