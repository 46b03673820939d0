namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>
/// Who a reference peer is, and what it does wrong on purpose. The wrong values of Hello go into the prologue as well,
/// so that a peer that fails to check them would complete the handshake.
/// </summary>
internal sealed record ReferencePeerOptions
{
    public ReferencePeerKey Static { get; init; } = ReferencePeerKey.Generate();

    /// <summary>A fixed ephemeral key; by default each connection makes its own.</summary>
    public ReferencePeerKey? Ephemeral { get; init; }

    /// <summary>32 bytes, or none.</summary>
    public byte[]? NetworkKey { get; init; }

    public string NetworkName { get; init; } = "";

    public string NodeId { get; init; } = "reference";

    /// <summary>The names in the introduction, which number them.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    public int MaxMessage { get; init; } = ReferencePeerIntroduction.DefaultMaxMessage;

    public int StreamWindow { get; init; } = ReferencePeerIntroduction.DefaultStreamWindow;

    /// <summary>The whole introduction as it goes into Finish or Ready, in place of a correct one.</summary>
    public string? Introduction { get; init; }

    /// <summary>Bounds the whole conversation in wall-clock time, so that no test hangs on a peer that says nothing.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Six bytes.</summary>
    public string Magic { get; init; } = "VIXP2P";

    public byte Version { get; init; } = 1;

    public byte Suite { get; init; } = 1;

    /// <summary>By default bit 0 says whether there is a network key.</summary>
    public byte? Flags { get; init; }

    /// <summary>False lets the peer go on with somebody who has its own keys, to see whether that one refuses.</summary>
    public bool RefusesItself { get; init; } = true;

    public ulong RecordsPerKey { get; init; } = 65_536;

    internal byte FlagsOrDefault => Flags ?? (byte)(NetworkKey is null ? 0 : 1);
}
