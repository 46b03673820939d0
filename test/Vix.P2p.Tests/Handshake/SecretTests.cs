using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class SecretTests
{
    [Test]
    public void ToString_OfWhatHoldsAKey_PrintsNone()
    {
        using NodeIdentity identity = NodeIdentity.CreateEphemeral();
        using HandshakeSettings settings = new(identity, HandshakeTests.NetworkKey, "net");
        using HandshakeState state = settings.CreateState(initiator: true);
        using SymmetricState symmetric = new(settings.Protocol);
        using SessionKeys keys = new(new byte[32], new byte[32]);

        new[] { settings.ToString(), state.ToString(), symmetric.ToString(), keys.ToString(), identity.KeyPair.ToString() }
            .Should().OnlyContain(text => text == "***");
        identity.ToString().Should().Be(identity.Id.ToString());
    }

    [Test]
    public void Dispose_OfSessionKeys_ZeroesThem()
    {
        byte[] key = [.. Enumerable.Repeat((byte)7, 32)];
        SessionKeys keys = new(key, key);

        keys.Dispose();

        keys.Send.ToArray().Should().OnlyContain(value => value == 0);
        keys.Receive.ToArray().Should().OnlyContain(value => value == 0);
    }

    [Test]
    public void Dispose_OfAHandshake_EndsIt()
    {
        using TestNode node = new("node");
        HandshakeInitiator initiator = node.Dial();

        initiator.Dispose();

        initiator.Invoking(i => i.Hello()).Should().Throw<InvalidOperationException>();
        initiator.Invoking(i => i.Dispose()).Should().NotThrow();
    }

    [Test]
    public void Dispose_OfAnIdentity_ForgetsThePrivateKey()
    {
        NodeIdentity identity = NodeIdentity.CreateEphemeral();
        using INoisePublicKey own = P256Dh.Instance.Import(identity.PublicKey);
        byte[] secret = new byte[32];
        identity.KeyPair.Agree(own, secret);

        identity.Dispose();

        identity.Invoking(i => i.KeyPair.Agree(own, secret)).Should().Throw<ObjectDisposedException>();
    }
}
