namespace Vix.P2p.Handshake;

/// <summary>
/// The side that was dialled: reads Hello, writes Ack, reads Finish. Frames are whole, prefix included. A fault
/// ends it and forgets its keys: nothing but <see cref="Dispose"/> may be called afterwards.
/// </summary>
internal sealed class HandshakeResponder(HandshakeSettings settings, EphemeralKeyCache seen) : IDisposable
{
    private const int HelloMessage = 0;
    private const int AckMessage = 1;
    private const int FinishMessage = 2;

    private readonly HandshakeState _state = settings.CreateState(initiator: false);
    private PeerId? _remoteId;

    /// <summary>Who dialled; known after Finish.</summary>
    public PeerId RemoteId => _remoteId ?? throw new InvalidOperationException("The peer has not proved who it is.");

    /// <summary>
    /// Reads Hello by cheap checks only, the cheapest first: no elliptic-curve operation and no key generation, so a
    /// flood of them costs little. <see cref="WriteAck"/> is the dear part.
    /// </summary>
    public HandshakeFault ReadHello(ReadOnlySpan<byte> frame) => _state.EndOn(TryReadHello(frame));

    /// <summary>Does the elliptic-curve work, writes Ack and returns the frame's length.</summary>
    public int WriteAck(Span<byte> frame)
    {
        _state.Expect(AckMessage);
        int length = _state.WriteMessage(default, HandshakeFrame.BodyOf(frame));
        return HandshakeFrame.Complete(frame, HandshakeKind.Ack, length);
    }

    /// <summary>Reads Finish.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="introduction">Room for <see cref="Introduction.MaxLength"/> bytes.</param>
    /// <param name="introductionLength">How much of <paramref name="introduction"/> was written.</param>
    public HandshakeFault ReadFinish(ReadOnlySpan<byte> frame, Span<byte> introduction, out int introductionLength) =>
        _state.EndOn(TryReadFinish(frame, introduction, out introductionLength));

    /// <summary>The keys of the records; called after Finish was read. They are the caller's to dispose.</summary>
    public SessionKeys Split() => _state.Split();

    public void Dispose() => _state.Dispose();

    private HandshakeFault TryReadHello(ReadOnlySpan<byte> frame)
    {
        _state.Expect(HelloMessage);
        HandshakeFault fault = HandshakeFrame.ReadBody(frame, HandshakeKind.Hello, settings.HasNetworkKey, out ReadOnlySpan<byte> body);
        if (fault == HandshakeFault.None)
            fault = HelloHeader.Check(body, settings.HasNetworkKey);
        if (fault != HandshakeFault.None)
            return fault;

        fault = _state.ReadMessage(body[HelloHeader.Length..], default, out _);
        if (fault == HandshakeFault.NotAuthentic)
            return HandshakeFault.PskMismatch;
        if (fault != HandshakeFault.None)
            return fault;

        // Last, so that with a network key only those who know it can push others' keys out of the cache.
        return seen.TryAdd(_state.RemoteEphemeral) ? HandshakeFault.None : HandshakeFault.ReplayedEphemeral;
    }

    private HandshakeFault TryReadFinish(ReadOnlySpan<byte> frame, Span<byte> introduction, out int introductionLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(introduction.Length, Introduction.MaxLength, nameof(introduction));
        introductionLength = 0;
        _state.Expect(FinishMessage);
        HandshakeFault fault = HandshakeFrame.ReadBody(frame, HandshakeKind.Finish, settings.HasNetworkKey, out ReadOnlySpan<byte> message);
        if (fault != HandshakeFault.None)
            return fault;
        // The frame's cap leaves room for more than an introduction may have; that is refused before it costs anything.
        if (frame.Length - HandshakeFrame.PrefixLength - HandshakeFrame.FinishMinLength > Introduction.MaxLength)
            return HandshakeFault.BadIntroduction;

        fault = _state.ReadMessage(message, introduction, out introductionLength);
        if (fault == HandshakeFault.None)
            _remoteId = NodeIdentity.IdOf(_state.RemoteStatic);
        return fault;
    }
}
