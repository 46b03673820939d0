using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>A key pair that counts its agreements and can claim another's public key.</summary>
internal sealed class ScriptedKeyPair(ScriptedDh owner, INoiseKeyPair inner) : INoiseKeyPair
{
    private byte[]? _claimed;

    public ReadOnlySpan<byte> PublicKey => _claimed ?? inner.PublicKey;

    public void Claim(ReadOnlySpan<byte> publicKey) => _claimed = publicKey.ToArray();

    public void Agree(INoisePublicKey remote, Span<byte> sharedSecret)
    {
        owner.Agreed++;
        inner.Agree(remote, sharedSecret);
    }

    public void Dispose() => inner.Dispose();
}
