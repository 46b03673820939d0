using System.Globalization;
using System.Text;

namespace Vix.P2p.Http.Description;

/// <summary>
/// Names an operation after its method and its whole path, so that two control planes in one app, or one that is mapped
/// twice, never share a name: <c>get_p2p_peers_by_id</c>.
/// </summary>
internal static class OperationId
{
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path on this server, parameters in braces.</param>
    public static string Create(string method, string path)
    {
        StringBuilder id = new(method.ToLowerInvariant(), path.Length + 16);
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            bool parameter = segment.StartsWith('{') && segment.EndsWith('}');
            id.Append(parameter ? "_by_" : "_");
            foreach (char c in parameter ? segment.AsSpan(1, segment.Length - 2) : segment)
            {
                if (char.IsAsciiLetterOrDigit(c))
                    id.Append(c);
                else
                    id.Append(CultureInfo.InvariantCulture, $"__{(int)c:X4}");
            }
        }

        return id.ToString();
    }
}
