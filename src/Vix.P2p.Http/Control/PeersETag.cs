using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Vix.P2p.Http.Control;

/// <summary>
/// The tag of a list of peers: weak, for ages and counters go on under the same tag. It holds the run of the node, the
/// revision of its table and which rows were asked for.
/// </summary>
internal static class PeersETag
{
    public static string Create(string instance, long revision, string query) =>
        string.Create(CultureInfo.InvariantCulture, $"W/\"{instance}-{revision}-{query}\"");

    /// <summary>Compares weakly (RFC 9110, section 13.1.2); what cannot be read matches nothing.</summary>
    public static bool Matches(StringValues ifNoneMatch, string etag)
    {
        if (StringValues.IsNullOrEmpty(ifNoneMatch))
            return false;
        if (ifNoneMatch.Count == 1 && string.Equals(ifNoneMatch[0], etag, StringComparison.Ordinal))
            return true;
        if (!EntityTagHeaderValue.TryParseList(ifNoneMatch, out IList<EntityTagHeaderValue>? tags))
            return false;
        EntityTagHeaderValue own = EntityTagHeaderValue.Parse(etag);
        foreach (EntityTagHeaderValue tag in tags)
        {
            if (tag.Tag == "*" || tag.Compare(own, useStrongComparison: false))
                return true;
        }

        return false;
    }
}
