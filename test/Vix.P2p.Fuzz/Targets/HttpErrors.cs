using Vix.P2p.Fuzz.Running;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>What a control route says of a stranger's bytes.</summary>
internal static class HttpErrors
{
    /// <summary>Names an error as an outcome, without the text that the stranger chose, and checks it.</summary>
    /// <param name="error">The error.</param>
    /// <param name="known">The fields that a route knows.</param>
    public static string NameOf(ControlError error, IReadOnlyCollection<string> known)
    {
        Broken.Unless(error.Kind.Status is >= 400 and < 500, "a stranger's bytes are an error of this side");
        Broken.Unless(error.Field is null || (error.Field.Length <= 64 && !error.Field.AsSpan().ContainsAnyExceptInRange(' ', '~')), "the name of a field is too long, or not printable");
        Broken.Unless(error.Detail.Length <= 200 && !error.Detail.AsSpan().ContainsAnyExceptInRange(' ', '~'), "what was found is too long, or not printable");
        if (error.Detail.StartsWith("The member ", StringComparison.Ordinal))
            return "The member … is unknown.";
        if (error.Detail.EndsWith(" is unknown.", StringComparison.Ordinal))
            return error.Field is null ? error.Detail : "The parameter … is unknown.";
        return error.Field is { } field && known.Contains(field) ? $"{error.Detail} ({field})" : error.Detail;
    }
}
