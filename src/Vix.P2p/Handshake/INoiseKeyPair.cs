namespace Vix.P2p.Handshake;

/// <summary>A private key with its public key; disposing it forgets the private key.</summary>
internal interface INoiseKeyPair : IDisposable
{
    ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>Agrees on a secret with the owner of a public key. May be called from several threads at once.</summary>
    /// <param name="remote">A key that the same <see cref="INoiseDh"/> imported.</param>
    /// <param name="sharedSecret">Exactly <see cref="INoiseDh.SharedSecretLength"/> bytes; the caller zeroes them.</param>
    void Agree(INoisePublicKey remote, Span<byte> sharedSecret);
}
