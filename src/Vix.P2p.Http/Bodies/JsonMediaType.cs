using Microsoft.Net.Http.Headers;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Bodies;

/// <summary>
/// Decides whether a body is declared as JSON. Routing lets a suffix and a charset through that we do not; and a page
/// can send the three form types to another site without asking it first, so only this one is read.
/// </summary>
internal static class JsonMediaType
{
    public static readonly ControlError Wrong = new(
        ErrorKind.UnsupportedMediaType,
        "The body is not declared as JSON in UTF-8.",
        "Send Content-Type: application/json.",
        "Content-Type");

    public static bool Is(string? contentType) =>
        string.Equals(contentType, ErrorMediaType.Json, StringComparison.Ordinal)
        || (MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? parsed)
            && parsed.MediaType.Equals(ErrorMediaType.Json, StringComparison.OrdinalIgnoreCase)
            && (!parsed.Charset.HasValue || HeaderUtilities.RemoveQuotes(parsed.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
}
