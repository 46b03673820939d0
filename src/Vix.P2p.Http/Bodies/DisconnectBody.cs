using System.Globalization;
using System.Text.Json;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Bodies;

/// <summary>The body of POST /disconnect.</summary>
/// <param name="Id">A peer's id or a row's key; null where there is an endpoint.</param>
/// <param name="Endpoint">The endpoint of a row; null where there is an id.</param>
/// <param name="Ban">How long the peer is to be banned; null for not at all.</param>
internal readonly record struct DisconnectBody(string? Id, PeerEndpoint? Endpoint, TimeSpan? Ban)
{
    private const string Known = "id or endpoint, and ban_ms";

    // 365 days.
    private const long MaxBanMs = 31_536_000_000;

    public static bool TryParse(ReadOnlySpan<byte> json, out DisconnectBody body, out ControlError? error)
    {
        body = default;
        if (!StrictJson.TryReadObject(json, out List<JsonMember> members, out error))
            return false;
        string? id = null;
        string? endpointText = null;
        TimeSpan? ban = null;
        foreach (JsonMember member in members)
        {
            bool read = member.Name switch
            {
                "id" => BodyMembers.TryString(member, ErrorKind.InvalidJson, out id, out error),
                "endpoint" => BodyMembers.TryString(member, ErrorKind.InvalidEndpoint, out endpointText, out error),
                "ban_ms" => TryBan(member, out ban, out error),
                _ => false,
            };
            if (read)
                continue;
            error ??= BodyMembers.Unknown(member.Name, Known);
            return false;
        }

        PeerEndpoint? endpoint = null;
        if (id is null == endpointText is null)
            error = new ControlError(ErrorKind.InvalidJson, id is null ? "There is no id and no endpoint." : "There are both an id and an endpoint.", "Send one of id and endpoint.", "id");
        else if (endpointText is not null && !PeerEndpoint.TryParse(endpointText, out endpoint))
            error = new ControlError(ErrorKind.InvalidEndpoint, "The endpoint is not one.", "Send endpoint as it is listed, such as tcp://192.0.2.1:9001 or tcp://[2001:db8::1]:9001.", "endpoint");
        body = new DisconnectBody(id, endpoint, ban);
        return error is null;
    }

    private static bool TryBan(JsonMember member, out TimeSpan? ban, out ControlError? error)
    {
        bool isDuration = long.TryParse(member.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            && member.Type == JsonTokenType.Number
            && milliseconds is >= 1 and <= MaxBanMs;
        ban = isDuration ? TimeSpan.FromMilliseconds(milliseconds) : null;
        error = isDuration ? null : new ControlError(ErrorKind.InvalidJson, "ban_ms is not an integer in its range.", "Send ban_ms as a JSON integer from 1 to 31536000000, or leave it out.", "ban_ms");
        return isDuration;
    }
}
