using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Vix.P2p.Shared;

/// <summary>The tables of docs/configuration.md, and what the options classes say: path and default of each setting.</summary>
internal static partial class ConfigurationTable
{
    /// <summary>The documented settings whose path begins with a prefix, with their default as it is written.</summary>
    public static IReadOnlyDictionary<string, string> Documented(string prefix) =>
        File.ReadAllLines(Repository.Path("docs", "configuration.md"))
            .Select(line => Row().Match(line))
            .Where(row => row.Success && row.Groups["path"].Value.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(row => row.Groups["path"].Value, row => Default(row.Groups["default"].Value));

    /// <summary>The settings of an options object and of those in it, with their default as it ought to be written.</summary>
    public static IReadOnlyDictionary<string, string> Declared(string prefix, object options)
    {
        Dictionary<string, string> settings = [];
        foreach (PropertyInfo property in options.GetType().GetProperties().Where(property => property.CanWrite))
        {
            object? value = property.GetValue(options);
            if (value?.GetType().Assembly == options.GetType().Assembly)
            {
                foreach ((string path, string text) in Declared($"{prefix}{property.Name}:", value))
                    settings.Add(path, text);
            }
            else
            {
                settings.Add(prefix + property.Name, Text(value));
            }
        }

        return settings;
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "none",
            "" => "empty",
            string text => text,
            bool flag => flag ? "true" : "false",
            TimeSpan { Ticks: var ticks } duration when ticks % TimeSpan.TicksPerSecond == 0 => duration.ToString("c", CultureInfo.InvariantCulture),
            TimeSpan duration => duration.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
            IEnumerable list => list.Cast<object>().Any() ? throw new NotSupportedException("A list with a default.") : "none",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Default(string cell) =>
        cell.StartsWith('`') ? cell.Split('`')[1] : cell;

    [GeneratedRegex(@"^\| `(?<path>P2p:[\w:]+)` \| (?<default>[^|]+) \| [^|]+ \| [^|]+ \|$")]
    private static partial Regex Row();
}
