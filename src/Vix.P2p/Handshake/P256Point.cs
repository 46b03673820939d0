namespace Vix.P2p.Handshake;

/// <summary>
/// Our own check of a P-256 public key, done before system crypto sees a byte of it, so that it is the same on every
/// system (docs/protocol.md, section 1). The curve's cofactor is 1, so a point on it is all that has to be shown.
/// </summary>
internal static class P256Point
{
    /// <summary>The length of a point in bytes: <c>04 X Y</c>.</summary>
    public const int Length = 1 + (2 * P256FieldElement.ByteLength);

    private const byte Uncompressed = 4;

    /// <summary>Whether the bytes are <c>04 X Y</c> with X and Y below the prime and y² = x³ − 3x + b.</summary>
    public static bool IsValid(ReadOnlySpan<byte> point) =>
        point.Length == Length
        && point[0] == Uncompressed
        && P256FieldElement.TryRead(point.Slice(1, P256FieldElement.ByteLength), out P256FieldElement x)
        && P256FieldElement.TryRead(point[(1 + P256FieldElement.ByteLength)..], out P256FieldElement y)
        && (y * y).Equals((((x * x) - P256FieldElement.Three) * x) + P256FieldElement.CurveB);
}
