using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Responses;

/// <summary>The media type of an error: problem+json where Accept prefers it.</summary>
internal static class ErrorMediaType
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";

    public static string Choose(StringValues accept) => AcceptHeader.Prefers(accept, Problem, Json) ? Problem : Json;
}
