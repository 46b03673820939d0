using System.Globalization;

namespace Vix.P2p.Cli.Output;

/// <summary>Durations, sizes, rates and instants as people read them.</summary>
internal static class Units
{
    private const string None = "-";

    /// <summary>A duration of a server, which may be any number; "-" for none and for a negative one.</summary>
    public static string Duration(long? milliseconds)
    {
        if (milliseconds is not { } value || value < 0)
            return None;
        if (value < 1_000)
            return Text($"{value} ms");
        long seconds = value / 1_000;
        if (seconds < 60)
            return Text($"{value / 100 / 10d:0.0} s"); // 59.9 s, and not 60.0, is the last before 1 min
        (long minutes, long hours, long days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
        if (minutes < 60)
            return Pair(minutes, "min", seconds % 60, "s");
        return hours < 24 ? Pair(hours, "h", minutes % 60, "min") : Pair(days, "d", hours % 24, "h");
    }

    /// <summary>A duration of this side, to a tenth of a millisecond.</summary>
    public static string Milliseconds(TimeSpan duration) => Text($"{duration.TotalMilliseconds:0.0} ms");

    public static string Bytes(double bytes)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        int unit = 0;
        while (bytes >= 1_024 && unit < units.Length - 1)
        {
            bytes /= 1_024;
            unit++;
        }

        return unit == 0 ? Text($"{bytes:0} B") : Text($"{bytes:0.0} {units[unit]}");
    }

    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number with its noun: 1 failure, 2 failures.</summary>
    public static string Count(long count, string noun) => Text($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>An instant in UTC, to the millisecond.</summary>
    public static string Instant(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Pair(long large, string unit, long small, string smallUnit) =>
        small == 0 ? Text($"{large} {unit}") : Text($"{large} {unit} {small} {smallUnit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
