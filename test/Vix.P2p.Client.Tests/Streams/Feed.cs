namespace Vix.P2p.Client.Tests.Streams;

/// <summary>The ways in which the same bytes can arrive.</summary>
internal static class Feed
{
    /// <summary>Whole, byte by byte, and split in two at each place.</summary>
    public static IEnumerable<byte[][]> Ways(byte[] bytes)
    {
        yield return [bytes];
        yield return [.. bytes.Select(one => new[] { one })];
        for (int i = 1; i < bytes.Length; i++)
            yield return [bytes[..i], [], bytes[i..]];
    }
}
