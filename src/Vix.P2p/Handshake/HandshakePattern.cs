using static Vix.P2p.Handshake.NoiseToken;

namespace Vix.P2p.Handshake;

/// <summary>A Noise handshake pattern: the tokens of each message, the initiator's first (Noise, section 7.5).</summary>
internal sealed class HandshakePattern
{
    private readonly NoiseToken[][] _messages;

    private HandshakePattern(string name, params NoiseToken[][] messages)
    {
        Name = name;
        _messages = messages;
        HasPsk = messages.Any(static tokens => tokens.Contains(Psk));
    }

    /// <summary>Mutual authentication of static keys that neither side knew before.</summary>
    public static HandshakePattern XX { get; } = new("XX", [E], [E, Ee, S, Es], [S, Se]);

    /// <summary>XX that only those can begin who know the pre-shared key.</summary>
    public static HandshakePattern XXpsk0 { get; } = new("XXpsk0", [Psk, E], [E, Ee, S, Es], [S, Se]);

    /// <summary>XX with the pre-shared key in the last message; spoken by no node, kept because published vectors have it.</summary>
    public static HandshakePattern XXpsk3 { get; } = new("XXpsk3", [E], [E, Ee, S, Es], [S, Se, Psk]);

    public string Name { get; }

    public bool HasPsk { get; }

    public int MessageCount => _messages.Length;

    public ReadOnlySpan<NoiseToken> TokensOf(int message) => _messages[message];
}
