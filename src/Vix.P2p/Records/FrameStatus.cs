namespace Vix.P2p.Records;

/// <summary>What became of a frame. Everything but <see cref="Ok"/> and <see cref="NeedMore"/> ends the connection.</summary>
internal enum FrameStatus
{
    Ok,
    NeedMore,

    /// <summary>A kind of 0..127 that this version does not define.</summary>
    UnknownKind,

    /// <summary>A varint of more than 4 bytes, or not in its shortest form.</summary>
    BadLength,

    /// <summary>A body of more than 65,536 bytes.</summary>
    TooLarge,

    /// <summary>A length that this kind of frame never has.</summary>
    BadBodyLength,
}
