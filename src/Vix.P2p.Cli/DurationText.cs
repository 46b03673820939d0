using System.CommandLine.Parsing;
using System.Globalization;

namespace Vix.P2p.Cli;

/// <summary>A duration as users write it: 500ms, 30s, 10m, 2h, 7d.</summary>
internal static class DurationText
{
    // The suffixes that end with another one come first.
    private static readonly (string Suffix, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>Reads one, 1 ms to 365 days, or tells the parser why it is none.</summary>
    public static TimeSpan Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!TryParse(text, out TimeSpan duration))
            result.AddError($"'{text}' is no duration; write it like 500ms, 30s, 10m, 2h or 7d, from 1ms to 365d.");
        return duration;
    }

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach ((string suffix, double milliseconds) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            if (!double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
                return false;
            double total = count * milliseconds;
            if (!(total >= Shortest.TotalMilliseconds && total <= Longest.TotalMilliseconds)) // no number is out of range too
                return false;
            duration = TimeSpan.FromMilliseconds(Math.Round(total));
            return true;
        }

        return false;
    }
}
