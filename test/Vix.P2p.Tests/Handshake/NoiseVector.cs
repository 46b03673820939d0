using System.Text.Json;

namespace Vix.P2p.Tests.Handshake;

/// <summary>One vector of a file in the format that cacophony and snow share.</summary>
internal sealed record NoiseVector
{
    public required string ProtocolName { get; init; }

    public required byte[] InitiatorPrologue { get; init; }

    public required byte[] InitiatorStatic { get; init; }

    public required byte[] InitiatorEphemeral { get; init; }

    public required byte[] InitiatorPsk { get; init; }

    public required byte[] ResponderPrologue { get; init; }

    public required byte[] ResponderStatic { get; init; }

    public required byte[] ResponderEphemeral { get; init; }

    public required byte[] ResponderPsk { get; init; }

    /// <summary>Absent in the files of snow.</summary>
    public byte[]? HandshakeHash { get; init; }

    public required IReadOnlyList<(byte[] Payload, byte[] Ciphertext)> Messages { get; init; }

    public string PatternName => ProtocolName.Split('_')[1];

    /// <summary>Reads the vectors of mutual authentication without keys known before, the only ones that fit our patterns.</summary>
    public static IReadOnlyList<NoiseVector> ReadAll(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        return
        [
            .. document.RootElement.GetProperty("vectors").EnumerateArray()
                .Where(vector => vector.GetProperty("protocol_name").GetString()!.Split('_')[1] is "XX" or "XXpsk0" or "XXpsk3")
                .Select(Read),
        ];
    }

    public override string ToString() => ProtocolName;

    private static NoiseVector Read(JsonElement vector) => new()
    {
        ProtocolName = vector.GetProperty("protocol_name").GetString()!,
        InitiatorPrologue = Hex(vector, "init_prologue"),
        InitiatorStatic = Hex(vector, "init_static"),
        InitiatorEphemeral = Hex(vector, "init_ephemeral"),
        InitiatorPsk = Psk(vector, "init_psks"),
        ResponderPrologue = Hex(vector, "resp_prologue"),
        ResponderStatic = Hex(vector, "resp_static"),
        ResponderEphemeral = Hex(vector, "resp_ephemeral"),
        ResponderPsk = Psk(vector, "resp_psks"),
        HandshakeHash = vector.TryGetProperty("handshake_hash", out _) ? Hex(vector, "handshake_hash") : null,
        Messages =
        [
            .. vector.GetProperty("messages").EnumerateArray().Select(message => (Hex(message, "payload"), Hex(message, "ciphertext"))),
        ],
    };

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static byte[] Psk(JsonElement vector, string name) =>
        vector.TryGetProperty(name, out JsonElement psks) && psks.GetArrayLength() > 0 ? Convert.FromHexString(psks[0].GetString()!) : [];
}
