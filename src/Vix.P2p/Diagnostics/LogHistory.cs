using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Diagnostics;

/// <summary>The node's last lines, as the control plane shows them.</summary>
internal sealed class LogHistory(TimeProvider time)
{
    /// <summary>Lines kept.</summary>
    public const int Capacity = 1000;

    /// <summary>The longest line, in characters.</summary>
    public const int MaxLength = 1024;

    // C0, DEL, C1, and what turns the direction of text or ends a line elsewhere: a terminal or a page must show the
    // line as it is (docs/security.md, row 16).
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c =>
            char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)]);

    private readonly Lock _gate = new();
    private readonly History<NodeLogLine> _lines = new(Capacity);
    private long _sequence;

    public IReadOnlyList<NodeLogLine> Snapshot() => _lines.Snapshot();

    public IAsyncEnumerable<NodeLogLine> WatchAsync(long after, CancellationToken cancellationToken) =>
        _lines.FollowAsync(after, missed: null, cancellationToken);

    public void Add(LogLevel level, EventId id, string message)
    {
        string line = Plain(message);
        // Together: the lines stand in the order of their numbers.
        lock (_gate)
        {
            long sequence = ++_sequence;
            _lines.Add(sequence, new NodeLogLine(sequence, time.GetUtcNow(), level, id.Id, line));
        }
    }

    public void Complete() => _lines.Complete();

    private static string Plain(string message)
    {
        ReadOnlySpan<char> rest = message.AsSpan(0, Math.Min(message.Length, MaxLength));
        if (!rest.ContainsAny(Unsafe))
            return message.Length <= MaxLength ? message : rest.ToString();
        var plain = new StringBuilder(rest.Length + 16);
        foreach (char c in rest)
        {
            if (Unsafe.Contains(c))
                plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                plain.Append(c);
        }

        return plain.Length <= MaxLength ? plain.ToString() : plain.ToString(0, MaxLength);
    }
}
