using System.Security.Cryptography;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class NoiseVectorTests
{
    [Test]
    public void OwnVectors_AllSixty_AreReproducedByBothRoles()
    {
        IReadOnlyList<NoiseVector> vectors = VectorFiles.Own();

        vectors.GroupBy(vector => vector.ProtocolName).Select(group => (group.Key, group.Count())).Should().BeEquivalentTo(new[]
        {
            ("Noise_XX_P256_AESGCM_SHA256", 20),
            ("Noise_XXpsk0_P256_AESGCM_SHA256", 20),
            ("Noise_XXpsk3_P256_AESGCM_SHA256", 20),
        });
        foreach (NoiseVector vector in vectors)
        {
            vector.HandshakeHash.Should().NotBeNull();
            Check(vector, P256Dh.Instance, P256TestKey.Of, AesGcmCipher.Instance);
        }
    }

    [Test]
    public void SnowVectors_P256_AreReproducedByBothRoles()
    {
        IReadOnlyList<NoiseVector> vectors = VectorFiles.Published("snow-extended.txt", "Noise_XX_P256_XChaChaPoly_SHA256");
        if (!ChaCha20Poly1305.IsSupported)
            Assert.Ignore("This system has no ChaCha20-Poly1305.");

        vectors.Should().ContainSingle();
        Check(vectors[0], P256Dh.Instance, P256TestKey.Of, new XChaChaPolyCipher());
    }

    [Test]
    public void CacophonyVectors_AesGcm_AreReproducedByBothRoles()
    {
        IReadOnlyList<NoiseVector> vectors =
            VectorFiles.Published("cacophony.txt", "Noise_XX_25519_AESGCM_SHA256", "Noise_XXpsk3_25519_AESGCM_SHA256");

        vectors.Should().HaveCount(2);
        foreach (NoiseVector vector in vectors)
            Check(vector, new X25519Dh(), key => new X25519Dh.KeyPair(key), AesGcmCipher.Instance);
    }

    [TestCase("Noise_XX_P256_AESGCM_SHA256", 0, 65, 65 + 81 + 16, 81 + 16)]
    [TestCase("Noise_XXpsk0_P256_AESGCM_SHA256", 1, 65 + 16, 65 + 81 + 16, 81 + 16)]
    [TestCase("Noise_XXpsk3_P256_AESGCM_SHA256", 3, 65 + 16, 65 + 81 + 16, 81 + 16)]
    public void NoiseProtocol_OfAPattern_HasItsNameAndLengths(string name, int pattern, int first, int second, int third)
    {
        NoiseProtocol protocol = new(
            pattern switch { 0 => HandshakePattern.XX, 1 => HandshakePattern.XXpsk0, _ => HandshakePattern.XXpsk3 },
            P256Dh.Instance,
            AesGcmCipher.Instance);

        protocol.Name.Should().Be(name);
        new[] { protocol.OverheadOf(0), protocol.OverheadOf(1), protocol.OverheadOf(2) }.Should().Equal(first, second, third);
    }

    private static void Check(NoiseVector vector, INoiseDh dh, Func<byte[], INoiseKeyPair> keyOf, INoiseCipher cipher)
    {
        HandshakePattern pattern = vector.PatternName switch
        {
            "XX" => HandshakePattern.XX,
            "XXpsk0" => HandshakePattern.XXpsk0,
            _ => HandshakePattern.XXpsk3,
        };
        using INoiseKeyPair initiatorStatic = keyOf(vector.InitiatorStatic);
        using INoiseKeyPair responderStatic = keyOf(vector.ResponderStatic);
        NoiseProtocol initiatorProtocol = new(pattern, new ScriptedDh(dh, () => keyOf(vector.InitiatorEphemeral)), cipher);
        NoiseProtocol responderProtocol = new(pattern, new ScriptedDh(dh, () => keyOf(vector.ResponderEphemeral)), cipher);
        initiatorProtocol.Name.Should().Be(vector.ProtocolName);

        using HandshakeState initiator = new(initiatorProtocol, initiator: true, vector.InitiatorPrologue, initiatorStatic, vector.InitiatorPsk);
        using HandshakeState responder = new(responderProtocol, initiator: false, vector.ResponderPrologue, responderStatic, vector.ResponderPsk);
        for (int i = 0; i < pattern.MessageCount; i++)
        {
            (HandshakeState writer, HandshakeState reader) = i % 2 == 0 ? (initiator, responder) : (responder, initiator);
            (byte[] payload, byte[] ciphertext) = vector.Messages[i];
            byte[] message = new byte[ciphertext.Length];
            writer.WriteMessage(payload, message).Should().Be(ciphertext.Length);
            message.Should().Equal(ciphertext, "{0}, message {1}", vector.ProtocolName, i);
            byte[] read = new byte[payload.Length];
            reader.ReadMessage(ciphertext, read, out int length).Should().Be(HandshakeFault.None);
            read.AsSpan(0, length).ToArray().Should().Equal(payload);
        }

        initiator.HandshakeHash.ToArray().Should().Equal(responder.HandshakeHash.ToArray());
        if (vector.HandshakeHash is not null)
            initiator.HandshakeHash.ToArray().Should().Equal(vector.HandshakeHash);
        initiator.RemoteStatic.ToArray().Should().Equal(responderStatic.PublicKey.ToArray());
        responder.RemoteStatic.ToArray().Should().Equal(initiatorStatic.PublicKey.ToArray());

        using SessionKeys initiatorKeys = initiator.Split();
        using SessionKeys responderKeys = responder.Split();
        CheckTransport(vector, pattern.MessageCount, cipher, initiatorKeys, responderKeys);
    }

    private static void CheckTransport(NoiseVector vector, int first, INoiseCipher cipher, SessionKeys initiator, SessionKeys responder)
    {
        using CipherState initiatorSends = KeyedBy(initiator.Send, cipher);
        using CipherState initiatorReceives = KeyedBy(initiator.Receive, cipher);
        using CipherState responderSends = KeyedBy(responder.Send, cipher);
        using CipherState responderReceives = KeyedBy(responder.Receive, cipher);
        vector.Messages.Count.Should().BeGreaterThan(first);
        for (int i = first; i < vector.Messages.Count; i++)
        {
            (CipherState sends, CipherState receives) = i % 2 == 0 ? (initiatorSends, responderReceives) : (responderSends, initiatorReceives);
            (byte[] payload, byte[] ciphertext) = vector.Messages[i];
            byte[] message = new byte[ciphertext.Length];
            sends.Encrypt(default, payload, message).Should().Be(ciphertext.Length);
            message.Should().Equal(ciphertext, "{0}, message {1}", vector.ProtocolName, i);
            byte[] read = new byte[payload.Length];
            receives.TryDecrypt(default, ciphertext, read).Should().BeTrue();
            read.Should().Equal(payload);
        }
    }

    private static CipherState KeyedBy(ReadOnlySpan<byte> key, INoiseCipher cipher)
    {
        CipherState state = new(cipher);
        state.SetKey(key);
        return state;
    }
}
