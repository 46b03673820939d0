namespace Vix.P2p.Handshake;

/// <summary>
/// The side that dialled: writes Hello, reads Ack, writes Finish. Frames are whole, prefix included. A fault
/// ends it and forgets its keys: nothing but <see cref="Dispose"/> may be called afterwards.
/// </summary>
internal sealed class HandshakeInitiator(HandshakeSettings settings) : IDisposable
{
    private const int HelloMessage = 0;
    private const int AckMessage = 1;
    private const int FinishMessage = 2;

    private readonly HandshakeState _state = settings.CreateState(initiator: true);
    private PeerId? _remoteId;

    /// <summary>Who answered; known after Ack.</summary>
    public PeerId RemoteId => _remoteId ?? throw new InvalidOperationException("The peer has not proved who it is.");

    /// <summary>Generates the ephemeral key, writes Hello and returns the frame's length.</summary>
    public int WriteHello(Span<byte> frame)
    {
        _state.Expect(HelloMessage);
        Span<byte> body = HandshakeFrame.BodyOf(frame);
        HelloHeader.Write(body, settings.HasNetworkKey);
        int length = _state.WriteMessage(default, body[HelloHeader.Length..]);
        return HandshakeFrame.Complete(frame, HandshakeKind.Hello, HelloHeader.Length + length);
    }

    /// <summary>Reads Ack. Nothing of this node but an ephemeral key has been sent until then.</summary>
    public HandshakeFault ReadAck(ReadOnlySpan<byte> frame) => _state.EndOn(TryReadAck(frame));

    /// <summary>Writes Finish, which proves and introduces this node, and returns the frame's length.</summary>
    public int WriteFinish(ReadOnlySpan<byte> introduction, Span<byte> frame)
    {
        if (introduction.Length > Introduction.MaxLength)
            throw new ArgumentException($"An introduction has at most {Introduction.MaxLength} bytes.", nameof(introduction));
        _state.Expect(FinishMessage);
        int length = _state.WriteMessage(introduction, HandshakeFrame.BodyOf(frame));
        return HandshakeFrame.Complete(frame, HandshakeKind.Finish, length);
    }

    /// <summary>The keys of the records; called after Finish was written. They are the caller's to dispose.</summary>
    public SessionKeys Split() => _state.Split();

    public void Dispose() => _state.Dispose();

    private HandshakeFault TryReadAck(ReadOnlySpan<byte> frame)
    {
        _state.Expect(AckMessage);
        HandshakeFault fault = HandshakeFrame.ReadBody(frame, HandshakeKind.Ack, settings.HasNetworkKey, out ReadOnlySpan<byte> message);
        if (fault != HandshakeFault.None)
            return fault;

        // Version 1 sends no payload here and ignores what a later one may send.
        Span<byte> reserved = stackalloc byte[HandshakeFrame.AckMaxPayload];
        fault = _state.ReadMessage(message, reserved, out _);
        if (fault == HandshakeFault.None)
            _remoteId = NodeIdentity.IdOf(_state.RemoteStatic);
        return fault;
    }
}
