namespace Vix.P2p.Records;

/// <summary>Kind and length, as they stand before a frame's body.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="BodyLength">The bytes of the body.</param>
/// <param name="HeaderLength">The bytes the header itself takes.</param>
internal readonly record struct FrameHeader(FrameKind Kind, int BodyLength, int HeaderLength)
{
    public bool IsExtension => Kind >= FrameKind.FirstExtension;

    /// <summary>Whether it is passed over: an extension that is not known, or of a length that it never has.</summary>
    public bool IsSkipped => IsExtension && !(Kind == FrameKind.TraceContext && TraceContext.IsLength(BodyLength));
}
