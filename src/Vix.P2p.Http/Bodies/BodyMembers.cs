using System.Text.Json;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Bodies;

/// <summary>The errors that the bodies of all routes have in common.</summary>
internal static class BodyMembers
{
    public static ControlError Unknown(string name, string known)
    {
        string? shown = StrictJson.Shown(name);
        return new ControlError(
            ErrorKind.InvalidJson,
            shown is null ? "A member is unknown." : $"The member {shown} is unknown.",
            $"This route reads {known}.",
            shown);
    }

    public static bool TryBoolean(JsonMember member, out bool value, out ControlError? error)
    {
        value = member.Type == JsonTokenType.True;
        error = member.Type is JsonTokenType.True or JsonTokenType.False
            ? null
            : new ControlError(ErrorKind.InvalidJson, $"{member.Name} is not a boolean.", "Send true or false.", member.Name);
        return error is null;
    }

    public static bool TryString(JsonMember member, ErrorKind kind, out string value, out ControlError? error)
    {
        value = member.Text ?? "";
        error = member.Type == JsonTokenType.String && value.Length > 0
            ? null
            : new ControlError(kind, $"{member.Name} is not a string, or is empty.", "Send a JSON string.", member.Name);
        return error is null;
    }
}
