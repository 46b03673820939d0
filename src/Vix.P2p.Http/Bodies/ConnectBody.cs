using System.Globalization;
using System.Text.Json;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Bodies;

/// <summary>The body of POST /connect, and that of POST /persistent, which has fewer members.</summary>
internal readonly record struct ConnectBody(PeerEndpoint Endpoint, ConnectOptions Options)
{
    private const string Known = "host, port, scheme, expected_id, persistent and force";

    private const string KnownOfPersistent = "host, port, scheme and expected_id";

    public static bool TryParse(ReadOnlySpan<byte> json, out ConnectBody body, out ControlError? error) =>
        TryParse(json, hasOptions: true, out body, out error);

    public static bool TryParsePersistent(ReadOnlySpan<byte> json, out ConnectBody body, out ControlError? error) =>
        TryParse(json, hasOptions: false, out body, out error);

    private static bool TryParse(ReadOnlySpan<byte> json, bool hasOptions, out ConnectBody body, out ControlError? error)
    {
        body = default;
        if (!StrictJson.TryReadObject(json, out List<JsonMember> members, out error))
            return false;
        string? host = null;
        string scheme = "tcp";
        int? port = null;
        PeerId? expectedId = null;
        bool persistent = !hasOptions;
        bool force = false;
        foreach (JsonMember member in members)
        {
            bool read = member.Name switch
            {
                "host" => BodyMembers.TryString(member, ErrorKind.InvalidEndpoint, out host, out error),
                "port" => TryPort(member, out port, out error),
                "scheme" => BodyMembers.TryString(member, ErrorKind.InvalidEndpoint, out scheme, out error),
                "expected_id" => TryId(member, out expectedId, out error),
                "persistent" when hasOptions => BodyMembers.TryBoolean(member, out persistent, out error),
                "force" when hasOptions => BodyMembers.TryBoolean(member, out force, out error),
                _ => false,
            };
            if (read)
                continue;
            error ??= BodyMembers.Unknown(member.Name, hasOptions ? Known : KnownOfPersistent);
            return false;
        }

        if (!TryEndpoint(scheme, host, port, out PeerEndpoint? endpoint, out error))
            return false;
        body = new ConnectBody(endpoint!, new ConnectOptions { ExpectedId = expectedId, Persistent = persistent, Force = force });
        return true;
    }

    private static bool TryEndpoint(string scheme, string? host, int? port, out PeerEndpoint? endpoint, out ControlError? error)
    {
        endpoint = null;
        error = null;
        if (host is null)
            error = new ControlError(ErrorKind.InvalidEndpoint, "There is no host.", "Send host and port, such as 192.0.2.1 and 9001.", "host");
        else if (port is null)
            error = new ControlError(ErrorKind.InvalidEndpoint, "There is no port.", "Send host and port, such as 192.0.2.1 and 9001.", "port");
        else if (!PeerEndpoint.TryCreate("tcp", host, port.Value, out _, out string? wrong))
            error = new ControlError(ErrorKind.InvalidEndpoint, "The host is not one.", wrong, "host");
        else if (!PeerEndpoint.TryCreate(scheme, host, port.Value, out endpoint, out wrong))
            error = new ControlError(ErrorKind.UnsupportedScheme, "The scheme is not one.", wrong, "scheme");
        return error is null;
    }

    private static bool TryPort(JsonMember member, out int? port, out ControlError? error)
    {
        // Only as a JSON integer: "9001", 9001.0 and 9.001e3 mean different things to different parsers.
        bool isPort = int.TryParse(member.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && member.Type == JsonTokenType.Number
            && number is >= 1 and <= 65535;
        port = isPort ? number : null;
        error = isPort ? null : new ControlError(ErrorKind.InvalidEndpoint, "The port is not one.", "Send port as a JSON integer from 1 to 65535.", "port");
        return isPort;
    }

    private static bool TryId(JsonMember member, out PeerId? id, out ControlError? error)
    {
        bool isId = PeerId.TryParse(member.Type == JsonTokenType.String ? member.Text : null, out PeerId parsed);
        id = isId ? parsed : null;
        error = isId ? null : new ControlError(ErrorKind.InvalidEndpoint, "The id is not one.", "Send expected_id as a string of 64 lowercase hex digits.", "expected_id");
        return isId;
    }
}
