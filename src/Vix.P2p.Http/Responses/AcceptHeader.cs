using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Vix.P2p.Http.Responses;

/// <summary>Chooses between two media types by Accept (RFC 9110, section 12.5.1).</summary>
internal static class AcceptHeader
{
    /// <summary>
    /// Whether Accept weighs one type above the standard one, or names it and the standard one only by a wildcard of at
    /// most the same weight. A header that cannot be read prefers nothing.
    /// </summary>
    /// <param name="accept">The header.</param>
    /// <param name="wanted">The type that has to be named.</param>
    /// <param name="standard">The type that is sent otherwise.</param>
    public static bool Prefers(StringValues accept, string wanted, string standard)
    {
        if (StringValues.IsNullOrEmpty(accept) || !MediaTypeHeaderValue.TryParseList(accept, out IList<MediaTypeHeaderValue>? ranges))
            return false;
        ReadOnlySpan<char> family = standard.AsSpan(0, standard.IndexOf('/', StringComparison.Ordinal));
        double named = 0;
        double usual = -1;
        double wildcard = 0;
        foreach (MediaTypeHeaderValue range in ranges)
        {
            double quality = range.Quality ?? 1;
            if (range.MediaType.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                named = Math.Max(named, quality);
            else if (range.MediaType.Equals(standard, StringComparison.OrdinalIgnoreCase))
                usual = Math.Max(usual, quality);
            else if (range.MatchesAllTypes || (range.MatchesAllSubTypes && range.Type.AsSpan().Equals(family, StringComparison.OrdinalIgnoreCase)))
                wildcard = Math.Max(wildcard, quality);
        }

        return named > 0 && (usual < 0 ? named >= wildcard : named > usual);
    }
}
