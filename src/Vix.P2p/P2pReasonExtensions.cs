using System.Text.Json;

namespace Vix.P2p;

/// <summary>The text form of a <see cref="P2pReason"/>.</summary>
public static class P2pReasonExtensions
{
    private static readonly string[] Codes =
        [.. Enum.GetNames<P2pReason>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The reason in snake_case, such as <c>refused_before_ack</c>.</summary>
    /// <param name="reason">The reason.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reason"/> is not one of the enumeration.</exception>
    public static string ToCode(this P2pReason reason) =>
        (uint)reason < (uint)Codes.Length ? Codes[(int)reason] : throw new ArgumentOutOfRangeException(nameof(reason));
}
