using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>A Diffie-Hellman function that generates a given key, so that a handshake can be repeated, and counts its work.</summary>
internal sealed class ScriptedDh(INoiseDh inner, Func<INoiseKeyPair> generate) : INoiseDh
{
    public int Generated { get; private set; }

    public int Imported { get; private set; }

    public int Agreed { get; set; }

    public string Name => inner.Name;

    public int PublicKeyLength => inner.PublicKeyLength;

    public int SharedSecretLength => inner.SharedSecretLength;

    public INoiseKeyPair GenerateKeyPair()
    {
        Generated++;
        return new ScriptedKeyPair(this, generate());
    }

    public bool IsValid(ReadOnlySpan<byte> publicKey) => inner.IsValid(publicKey);

    public INoisePublicKey Import(ReadOnlySpan<byte> publicKey)
    {
        Imported++;
        return inner.Import(publicKey);
    }
}
