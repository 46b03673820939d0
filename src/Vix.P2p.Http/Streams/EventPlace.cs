using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Streams;

/// <summary>
/// Where a reader of events stands: the run of the node, and the revision up to which it has seen everything. It goes
/// out as the id of each event and comes back as Last-Event-ID.
/// </summary>
/// <param name="Revision">The revision up to which it has seen everything.</param>
/// <param name="IsLost">Whether it said where it stood and that place is none of this run: it has to read anew.</param>
internal readonly record struct EventPlace(long Revision, bool IsLost)
{
    /// <summary>Finds the place of a reader that begins or comes back. What cannot be read is a lost place, never an error.</summary>
    /// <param name="lastEventId">The header.</param>
    /// <param name="instance">This run of the node.</param>
    /// <param name="newest">The present revision, where a reader without a place begins.</param>
    public static EventPlace Find(StringValues lastEventId, string instance, long newest)
    {
        if (lastEventId.Count == 0 || (lastEventId.Count == 1 && string.IsNullOrEmpty(lastEventId[0])))
            return new EventPlace(newest, IsLost: false);
        ReadOnlySpan<char> text = lastEventId.Count == 1 ? lastEventId[0] : default;
        bool known = text.Length > instance.Length
            && text.StartsWith(instance, StringComparison.Ordinal)
            && text[instance.Length] == '-';
        // A revision that is still to come was never seen either.
        return known
            && long.TryParse(text[(instance.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long revision)
            && revision <= newest
                ? new EventPlace(revision, IsLost: false)
                : new EventPlace(newest, IsLost: true);
    }
}
