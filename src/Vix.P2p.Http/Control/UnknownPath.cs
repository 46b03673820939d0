using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>What lies under the prefix and is no route.</summary>
internal static class UnknownPath
{
    private static readonly ControlError NotFound =
        new(ErrorKind.NotFound, "There is no such route.", "GET the prefix itself for the list of routes.");

    public static IResult Answer(HttpContext http) => ErrorReply.Create(http, NotFound);
}
