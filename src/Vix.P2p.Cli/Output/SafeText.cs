using System.Globalization;
using System.Text;

namespace Vix.P2p.Cli.Output;

/// <summary>
/// What a server sends is data: a terminal must not act on it. Control characters, escape sequences, characters that
/// turn the direction of writing and those that cannot be seen never pass.
/// </summary>
internal static class SafeText
{
    /// <summary>The longest text that is shown, in characters.</summary>
    public const int MaxLength = 1_024;

    /// <summary>A text to show: in one line, and each character that is not for eyes replaced.</summary>
    /// <param name="text">What came.</param>
    /// <param name="maxLength">The longest that is shown; the rest becomes an ellipsis.</param>
    public static string Of(string? text, int maxLength = MaxLength)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (text.Length <= maxLength && IsPlain(text))
            return text;
        StringBuilder shown = new(Math.Min(text.Length, maxLength));
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown.Length + rune.Utf16SequenceLength > maxLength)
                return shown.Append('…').ToString();
            shown.Append(IsVisible(rune) ? rune : Rune.ReplacementChar);
        }

        return shown.ToString();
    }

    /// <summary>
    /// The same JSON, written so that no terminal acts on it: what is not for eyes is escaped, which means the same
    /// inside of strings and does not occur outside of them.
    /// </summary>
    public static string Json(string json)
    {
        if (IsPlain(json))
            return json;
        StringBuilder shown = new(json.Length + 64);
        foreach (Rune rune in json.EnumerateRunes())
        {
            if (rune.Value == '\n' || IsVisible(rune))
                shown.Append(rune);
            else if (rune.Value is '\r' or '\t')
                shown.Append(' ');
            else
                Escape(shown, rune);
        }

        return shown.ToString();
    }

    private static void Escape(StringBuilder shown, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        foreach (char unit in units[..rune.EncodeToUtf16(units)])
            shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
