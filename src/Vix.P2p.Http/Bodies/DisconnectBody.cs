using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Bodies;

/// <summary>The body of POST /disconnect: one of the two.</summary>
internal readonly record struct DisconnectBody(string? Id, PeerEndpoint? Endpoint)
{
    private const string Known = "id or endpoint";

    public static bool TryParse(ReadOnlySpan<byte> json, out DisconnectBody body, out ControlError? error)
    {
        body = default;
        if (!StrictJson.TryReadObject(json, out List<JsonMember> members, out error))
            return false;
        string? id = null;
        string? endpointText = null;
        foreach (JsonMember member in members)
        {
            bool read = member.Name switch
            {
                "id" => BodyMembers.TryString(member, ErrorKind.InvalidJson, out id, out error),
                "endpoint" => BodyMembers.TryString(member, ErrorKind.InvalidEndpoint, out endpointText, out error),
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
        body = new DisconnectBody(id, endpoint);
        return error is null;
    }
}
