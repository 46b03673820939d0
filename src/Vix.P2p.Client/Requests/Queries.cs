using System.Globalization;
using System.Text;

namespace Vix.P2p.Client.Requests;

/// <summary>Writes queries.</summary>
internal static class Queries
{
    public static string Peers(P2pPeersQuery? query)
    {
        if (query is null)
            return "";
        StringBuilder text = new();
        if (query.States.Count > 0)
            Add(text, "state", string.Join(',', query.States));
        Add(text, "direction", query.Direction);
        Add(text, "q", query.Search);
        Add(text, "protocol", query.Protocol);
        Add(text, "sort", query.Sort);
        Add(text, "order", query.Order);
        Add(text, "limit", query.Limit);
        Add(text, "cursor", query.Cursor);
        Add(text, "rev", query.Revision);
        Add(text, "wait", query.Wait is { } wait ? Milliseconds(wait) : null);
        return text.ToString();
    }

    public static string Logs(P2pLogsQuery? query, bool follow)
    {
        StringBuilder text = new();
        Add(text, "lines", query?.Lines);
        Add(text, "after", query?.After);
        Add(text, "level", query?.Level);
        Add(text, "follow", follow ? "true" : null);
        return text.ToString();
    }

    public static string Events(TimeSpan? statusInterval)
    {
        StringBuilder text = new();
        Add(text, "status_ms", statusInterval is { } interval ? Milliseconds(interval) : null);
        return text.ToString();
    }

    private static long Milliseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMillisecond;

    private static void Add(StringBuilder text, string name, long? value) =>
        Add(text, name, value?.ToString(CultureInfo.InvariantCulture));

    private static void Add(StringBuilder text, string name, string? value)
    {
        if (value is null)
            return;
        text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
