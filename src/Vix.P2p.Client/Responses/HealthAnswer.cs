using System.Net;
using System.Text.Json.Serialization.Metadata;
using Vix.P2p.Contracts;

namespace Vix.P2p.Client.Responses;

/// <summary>Reads the answer of a health route, which is the same record when it says no.</summary>
internal static class HealthAnswer
{
    private static readonly JsonTypeInfo<P2pHealthResponse> Type = P2pControlJson.TypeInfo<P2pHealthResponse>();
    private static readonly JsonTypeInfo<P2pErrorResponse> ErrorType = P2pControlJson.TypeInfo<P2pErrorResponse>();

    public static bool IsOne(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.ServiceUnavailable;

    public static async Task<P2pHealthResponse> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await ErrorAnswer.ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        // An error has "ok" as well.
        if (!ErrorAnswer.TryParse(body, ErrorType, out _) && ErrorAnswer.TryParse(body, Type, out P2pHealthResponse? health))
            return health;
        throw response.IsSuccessStatusCode ? Answer.NotOurs(response) : ErrorAnswer.Of(response, body, TimeProvider.System);
    }
}
