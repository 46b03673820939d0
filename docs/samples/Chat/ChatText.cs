using System.Globalization;
using System.Text;

namespace Chat;

/// <summary>Makes of what somebody wrote something that may be shown.</summary>
internal static class ChatText
{
    public const int MaxRunes = 500;

    // Control characters would steer a terminal, format characters turn the direction of what stands beside them.
    public static string Clean(string text)
    {
        StringBuilder clean = new();
        foreach (Rune rune in text.EnumerateRunes().Where(IsShown).Take(MaxRunes))
            clean.Append(rune);
        return clean.ToString().Trim();
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
