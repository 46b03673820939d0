using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The reference peer's Noise against the project's vectors, so that two wrong ends cannot agree.</summary>
[TestFixture]
public sealed class ReferencePeerVectorTests
{
    private const string FileName = "vix-p256-aesgcm.txt";

    [TestCase("Noise_XX_P256_AESGCM_SHA256")]
    [TestCase("Noise_XXpsk0_P256_AESGCM_SHA256")]
    public void Noise_EveryVectorOfThePattern_Matches(string pattern)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Find()));
        var vectors = document.RootElement.GetProperty("vectors").EnumerateArray()
            .Where(vector => vector.GetProperty("protocol_name").GetString() == pattern)
            .ToList();

        vectors.Should().HaveCount(20);
        vectors.ForEach(Check);
    }

    private static void Check(JsonElement vector)
    {
        var initiator = Side(vector, "init");
        var responder = Side(vector, "resp");
        var messages = vector.GetProperty("messages").EnumerateArray()
            .Select(message => (Payload: Hex(message, "payload"), Ciphertext: Hex(message, "ciphertext")))
            .ToArray();

        initiator.WriteMessage1(messages[0].Payload).Should().Equal(messages[0].Ciphertext);
        responder.ReadMessage1(messages[0].Ciphertext).Should().Equal(messages[0].Payload);
        responder.WriteMessage2(messages[1].Payload).Should().Equal(messages[1].Ciphertext);
        initiator.ReadMessage2(messages[1].Ciphertext).Should().Equal(messages[1].Payload);
        initiator.WriteMessage3(messages[2].Payload).Should().Equal(messages[2].Ciphertext);
        responder.ReadMessage3(messages[2].Ciphertext).Should().Equal(messages[2].Payload);
        initiator.HandshakeHash.Should().Equal(Hex(vector, "handshake_hash"));
        responder.HandshakeHash.Should().Equal(initiator.HandshakeHash);

        var (first, second) = initiator.Split();
        using (first)
        using (second)
        {
            for (var at = 3; at < messages.Length; at++)
            {
                // The messages of a vector alternate, and the responder's second one is number 3.
                var cipher = at % 2 == 0 ? first : second;
                cipher.Seal([], messages[at].Payload).Should().Equal(messages[at].Ciphertext);
            }
        }
    }

    private static ReferencePeerNoise Side(JsonElement vector, string side) => new(
        ReferencePeerKey.FromScalar(Hex(vector, side + "_static")),
        ReferencePeerKey.FromScalar(Hex(vector, side + "_ephemeral")),
        Hex(vector, side + "_prologue"),
        vector.GetProperty(side + "_psks").EnumerateArray().Select(psk => Convert.FromHexString(psk.GetString()!)).FirstOrDefault());

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static string Find()
    {
        var root = RepositoryFiles.Root;
        var test = Path.Combine(root, "test");
        var inTree = Directory.EnumerateFiles(test, FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        var beside = Path.Combine(root, "..", "shared", "vectors", FileName);
        var found = inTree.Append(beside).FirstOrDefault(File.Exists);
        if (found is null)
        {
            Assert.Ignore($"{FileName} is neither under {test} nor in ../shared/vectors.");
        }

        return found!;
    }
}
