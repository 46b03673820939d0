using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>
/// One side of a Noise handshake (Noise, section 5.3): bytes in, bytes out, driven by the pattern's tokens. A message
/// that fails ends it: nothing may be called afterwards but <see cref="Dispose"/>.
/// </summary>
internal sealed class HandshakeState : IDisposable
{
    private const int Failed = -1;

    private readonly NoiseProtocol _protocol;
    private readonly bool _initiator;
    private readonly INoiseKeyPair _static;
    private readonly SymmetricState _symmetric;
    private readonly byte[] _psk;
    private readonly byte[] _remoteEphemeral;
    private readonly byte[] _remoteStatic;
    private INoiseKeyPair? _ephemeral;
    private INoisePublicKey? _remoteEphemeralKey;
    private INoisePublicKey? _remoteStaticKey;
    private int _next;

    /// <param name="protocol">What is spoken.</param>
    /// <param name="initiator">Whether this side writes the first message.</param>
    /// <param name="prologue">What both sides must have seen alike before.</param>
    /// <param name="staticKey">This side's identity; it stays the caller's.</param>
    /// <param name="psk">The pre-shared key: 32 bytes when the pattern has one, else empty. It is copied.</param>
    public HandshakeState(NoiseProtocol protocol, bool initiator, ReadOnlySpan<byte> prologue, INoiseKeyPair staticKey, ReadOnlySpan<byte> psk)
    {
        if (psk.Length != (protocol.Pattern.HasPsk ? CipherState.KeyLength : 0))
            throw new ArgumentException($"{protocol.Name} does not go with a pre-shared key of {psk.Length} bytes.", nameof(psk));
        _protocol = protocol;
        _initiator = initiator;
        _static = staticKey;
        _psk = psk.ToArray();
        _remoteEphemeral = new byte[protocol.Dh.PublicKeyLength];
        _remoteStatic = new byte[protocol.Dh.PublicKeyLength];
        _symmetric = new SymmetricState(protocol);
        _symmetric.MixHash(prologue);
    }

    public bool IsComplete => _next == _protocol.Pattern.MessageCount;

    public ReadOnlySpan<byte> HandshakeHash => _symmetric.HandshakeHash;

    /// <summary>The other side's ephemeral key, once it was read.</summary>
    public ReadOnlySpan<byte> RemoteEphemeral => _remoteEphemeral;

    /// <summary>The other side's static key, once it was read.</summary>
    public ReadOnlySpan<byte> RemoteStatic => _remoteStatic;

    /// <summary>Throws unless the given message, counted from 0, is the next: no payload may end up in another one.</summary>
    public void Expect(int message)
    {
        if (_next != message)
            throw new InvalidOperationException($"Message {message + 1} of the handshake is not the next, or the handshake has failed.");
    }

    /// <summary>Writes the next message and returns its length.</summary>
    public int WriteMessage(ReadOnlySpan<byte> payload, Span<byte> message)
    {
        CheckTurn(writes: true);
        if (message.Length < _protocol.OverheadOf(_next) + payload.Length)
            throw new ArgumentException("The message does not fit.", nameof(message));

        int length = 0;
        foreach (NoiseToken token in _protocol.Pattern.TokensOf(_next))
        {
            switch (token)
            {
                case NoiseToken.E:
                    _ephemeral = _protocol.Dh.GenerateKeyPair();
                    _ephemeral.PublicKey.CopyTo(message[length..]);
                    length += _ephemeral.PublicKey.Length;
                    MixEphemeral(_ephemeral.PublicKey);
                    break;
                case NoiseToken.S:
                    length += _symmetric.EncryptAndHash(_static.PublicKey, message[length..]);
                    break;
                default:
                    MixSecret(token);
                    break;
            }
        }

        length += _symmetric.EncryptAndHash(payload, message[length..]);
        _next++;
        return length;
    }

    /// <summary>Reads the next message. Keys are checked before anything is computed with them.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="payload">Room for the payload.</param>
    /// <param name="payloadLength">How much of <paramref name="payload"/> was written.</param>
    public HandshakeFault ReadMessage(ReadOnlySpan<byte> message, Span<byte> payload, out int payloadLength)
    {
        CheckTurn(writes: false);
        int turn = _next;
        int overhead = _protocol.OverheadOf(turn);
        payloadLength = 0;
        if (message.Length >= overhead && payload.Length < message.Length - overhead)
            throw new ArgumentException("The payload does not fit.", nameof(payload));

        // Whatever leaves early leaves the transcript behind, so the way back is closed first.
        _next = Failed;
        if (message.Length < overhead)
            return HandshakeFault.BadLength;

        ReadOnlySpan<byte> rest = message;
        foreach (NoiseToken token in _protocol.Pattern.TokensOf(turn))
        {
            HandshakeFault fault = HandshakeFault.None;
            switch (token)
            {
                case NoiseToken.E:
                    fault = ReadEphemeral(ref rest);
                    break;
                case NoiseToken.S:
                    fault = ReadStatic(ref rest);
                    break;
                default:
                    MixSecret(token);
                    break;
            }

            if (fault != HandshakeFault.None)
                return fault;
        }

        payloadLength = message.Length - overhead;
        if (!_symmetric.TryDecryptAndHash(rest, payload[..payloadLength]))
        {
            payloadLength = 0;
            return HandshakeFault.NotAuthentic;
        }

        _next = turn + 1;
        return HandshakeFault.None;
    }

    /// <summary>The keys of the records; called after the last message.</summary>
    public SessionKeys Split() =>
        IsComplete ? _symmetric.Split(_initiator) : throw new InvalidOperationException("The handshake is not complete.");

    /// <summary>Ends the handshake at once and forgets its keys when there is a fault; gives it back.</summary>
    public HandshakeFault EndOn(HandshakeFault fault)
    {
        if (fault != HandshakeFault.None)
            Dispose();
        return fault;
    }

    public void Dispose()
    {
        _ephemeral?.Dispose();
        _remoteEphemeralKey?.Dispose();
        _remoteStaticKey?.Dispose();
        _symmetric.Dispose();
        CryptographicOperations.ZeroMemory(_psk);
        _next = Failed;
    }

    public override string ToString() => "***";

    private HandshakeFault ReadEphemeral(ref ReadOnlySpan<byte> rest)
    {
        rest[.._remoteEphemeral.Length].CopyTo(_remoteEphemeral);
        rest = rest[_remoteEphemeral.Length..];
        if (!_protocol.Dh.IsValid(_remoteEphemeral))
            return HandshakeFault.PointNotOnCurve;
        if (_ephemeral is not null && _ephemeral.PublicKey.SequenceEqual(_remoteEphemeral))
            return HandshakeFault.ReflectedEphemeral;
        MixEphemeral(_remoteEphemeral);
        return HandshakeFault.None;
    }

    private HandshakeFault ReadStatic(ref ReadOnlySpan<byte> rest)
    {
        int length = _remoteStatic.Length + (_symmetric.HasKey ? CipherState.TagLength : 0);
        if (!_symmetric.TryDecryptAndHash(rest[..length], _remoteStatic))
            return HandshakeFault.NotAuthentic;
        rest = rest[length..];
        if (!_protocol.Dh.IsValid(_remoteStatic))
            return HandshakeFault.PointNotOnCurve;
        return _static.PublicKey.SequenceEqual(_remoteStatic) ? HandshakeFault.SelfConnection : HandshakeFault.None;
    }

    private void MixEphemeral(ReadOnlySpan<byte> publicKey)
    {
        _symmetric.MixHash(publicKey);
        // Noise, section 9.2: with a pre-shared key anywhere in the pattern each "e" is mixed into the key as well.
        if (_protocol.Pattern.HasPsk)
            _symmetric.MixKey(publicKey);
    }

    private void MixSecret(NoiseToken token)
    {
        if (token == NoiseToken.Psk)
        {
            _symmetric.MixKeyAndHash(_psk);
            return;
        }

        // The initiator's key comes first in a token's name.
        bool ownEphemeral = token == NoiseToken.Ee || (token == NoiseToken.Es) == _initiator;
        bool remoteEphemeral = token == NoiseToken.Ee || (token == NoiseToken.Es) != _initiator;
        INoisePublicKey remote = remoteEphemeral
            ? _remoteEphemeralKey ??= _protocol.Dh.Import(_remoteEphemeral)
            : _remoteStaticKey ??= _protocol.Dh.Import(_remoteStatic);
        Span<byte> secret = stackalloc byte[_protocol.Dh.SharedSecretLength];
        (ownEphemeral ? _ephemeral! : _static).Agree(remote, secret);
        _symmetric.MixKey(secret);
        CryptographicOperations.ZeroMemory(secret);
    }

    private void CheckTurn(bool writes)
    {
        if (_next == Failed || IsComplete || writes != (_initiator == (_next % 2 == 0)))
            throw new InvalidOperationException("The handshake has failed, is complete, or it is the other side's turn.");
    }
}
