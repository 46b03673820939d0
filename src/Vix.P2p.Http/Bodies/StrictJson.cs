using System.Text.Json;
using System.Text.Unicode;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Bodies;

/// <summary>
/// Reads one JSON object and nothing else: two readers of the same bytes must not come to different conclusions, so
/// whatever JSON parsers disagree about is refused.
/// </summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting.</summary>
    public const int MaxDepth = 8;

    private const string Hint = "Send one JSON object in UTF-8, without comments or anything after it, and no deeper than 8 levels.";

    private static readonly JsonReaderOptions Options =
        new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    /// <summary>The members in order; a nested value is checked and left out.</summary>
    public static bool TryReadObject(ReadOnlySpan<byte> body, out List<JsonMember> members, out ControlError? error)
    {
        members = [];
        error = null;
        if (body.IsEmpty)
            error = new ControlError(ErrorKind.InvalidJson, "The body is empty.", Hint);
        else if (!Utf8.IsValid(body))
            error = new ControlError(ErrorKind.InvalidJson, "The body is not UTF-8.", Hint);
        else
        {
            try
            {
                error = ReadMembers(body, members);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // The second is what the reader throws for an escape that is half a surrogate pair.
                error = new ControlError(ErrorKind.InvalidJson, "The body is not well-formed JSON, or is nested too deep.", Hint);
            }
        }

        return error is null;
    }

    private static ControlError? ReadMembers(ReadOnlySpan<byte> body, List<JsonMember> members)
    {
        Utf8JsonReader reader = new(body, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return new ControlError(ErrorKind.InvalidJson, "The body is not a JSON object.", Hint);
        ControlError? error = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            string? text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(reader.ValueSpan),
                _ => null,
            };
            foreach (JsonMember member in members)
            {
                if (string.Equals(member.Name, name, StringComparison.Ordinal))
                    error ??= new ControlError(ErrorKind.InvalidJson, "A member is there twice.", "Send each member once.", Shown(name));
            }

            members.Add(new JsonMember(name, reader.TokenType, text));
            reader.Skip();
        }

        reader.Read(); // past the object there is nothing, or the reader throws
        return error;
    }

    /// <summary>A name that a stranger chose, as it can be shown.</summary>
    public static string? Shown(string name) =>
        name.Length is > 0 and <= 64 && !name.AsSpan().ContainsAnyExceptInRange(' ', '~') ? name : null;
}
