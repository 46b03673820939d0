using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>
/// A node as far as handshakes see it. Its keys are the same in each run, so a handshake can be brought to the same
/// point as often as a test likes; one that is not repeatable has real ephemeral keys.
/// </summary>
internal sealed class TestNode : IDisposable
{
    private readonly HandshakeSettings _settings;

    public TestNode(string name, byte[]? networkKey = null, string networkName = "", bool repeatable = true, int keysKept = 0)
    {
        Dh = new ScriptedDh(P256Dh.Instance, () => repeatable ? P256TestKey.Of(P256TestKey.Number(name + " ephemeral")) : P256Dh.Instance.GenerateKeyPair());
        Key = new ScriptedKeyPair(Dh, P256TestKey.Of(P256TestKey.Number(name)));
        Identity = new NodeIdentity(Dh, Key);
        Seen = new EphemeralKeyCache(keysKept);
        _settings = new HandshakeSettings(Identity, networkKey, networkName);
    }

    public ScriptedDh Dh { get; }

    public ScriptedKeyPair Key { get; }

    public NodeIdentity Identity { get; }

    public EphemeralKeyCache Seen { get; }

    public HandshakeInitiator Dial() => new(_settings);

    public HandshakeResponder Accept() => new(_settings, Seen);

    /// <summary>The bare state machine, for what a node never sends.</summary>
    public HandshakeState Raw(bool initiator) => _settings.CreateState(initiator);

    public void Dispose()
    {
        _settings.Dispose();
        Identity.Dispose();
    }
}
