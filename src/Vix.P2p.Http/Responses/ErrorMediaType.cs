using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Vix.P2p.Http.Responses;

/// <summary>
/// Chooses the media type of an error: problem+json where Accept weighs it above json (RFC 9110, section 12.5.1), or
/// names it and json only by a wildcard of the same weight.
/// </summary>
internal static class ErrorMediaType
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";

    public static string Choose(StringValues accept)
    {
        if (StringValues.IsNullOrEmpty(accept) || !MediaTypeHeaderValue.TryParseList(accept, out IList<MediaTypeHeaderValue>? ranges))
            return Json;
        double problem = 0;
        double json = -1;
        double wildcard = 0;
        foreach (MediaTypeHeaderValue range in ranges)
        {
            double quality = range.Quality ?? 1;
            if (range.MediaType.Equals(Problem, StringComparison.OrdinalIgnoreCase))
                problem = Math.Max(problem, quality);
            else if (range.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
                json = Math.Max(json, quality);
            else if (range.MatchesAllTypes || range.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase))
                wildcard = Math.Max(wildcard, quality);
        }

        bool preferred = json < 0 ? problem >= wildcard : problem > json;
        return problem > 0 && preferred ? Problem : Json;
    }
}
