using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Control;

/// <summary>The statuses that a route which reads a body and steers the node can answer.</summary>
internal static class BodyErrors
{
    public static readonly int[] Statuses =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
        StatusCodes.Status503ServiceUnavailable,
    ];
}
