namespace Vix.P2p.Peers.Queries;

/// <summary>
/// Picks the rows of one page. It reads what the rows say as it goes along, without a lock, and writes down only those
/// that are on the page.
/// </summary>
internal sealed class PeerPager
{
    private readonly PeerQuery _query;
    private readonly PeerFilter _filter;
    private readonly PeerOrder _order;
    private readonly PeerCursor _cursor;
    private readonly PeerPosition? _after;

    /// <param name="query">What is asked for.</param>
    /// <param name="instance">The run of the node.</param>
    /// <exception cref="ArgumentOutOfRangeException">The query's limit, sort, or the length of a text is out of its range.</exception>
    /// <exception cref="FormatException">The query's cursor is broken, or belongs to another query or another run.</exception>
    public PeerPager(PeerQuery query, string instance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, PeerQuery.MaxLimit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Text?.Length ?? 0, PeerQuery.MaxTextLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Protocol?.Length ?? 0, PeerQuery.MaxTextLength);
        if (!Enum.IsDefined(query.Sort))
            throw new ArgumentOutOfRangeException(nameof(query), query.Sort, "There is no such order.");
        _query = query;
        _filter = new PeerFilter(query);
        _order = new PeerOrder(query.Sort, query.Descending);
        _cursor = new PeerCursor(instance, _order, _filter);
        if (query.Cursor is null)
            return;
        if (!_cursor.TryRead(query.Cursor, out PeerPosition after))
            throw new FormatException("The cursor is not one of this query and this run of the node.");
        _after = after;
    }

    /// <summary>The page.</summary>
    /// <param name="revision">The table's, read before the rows.</param>
    /// <param name="rows">All rows, oldest first.</param>
    /// <param name="time">What ages are told by.</param>
    public PeerPage Page(long revision, PeerRow[] rows, TimeProvider time)
    {
        (Found[] page, int matched, PeerPosition? next) = _order.IsBySequence ? InSequence(rows) : InOrder(rows);
        var peers = new PeerInfo[page.Length];
        for (int i = 0; i < peers.Length; i++)
            peers[i] = page[i].Row.ToInfo(page[i].State, time);
        return new PeerPage(revision, rows.Length, matched, peers, next is { } position ? _cursor.Write(position) : null);
    }

    // The rows stand in this order already.
    private (Found[] Page, int Matched, PeerPosition? Next) InSequence(PeerRow[] rows)
    {
        List<Found> page = new(Math.Min(rows.Length, _query.Limit));
        int from = _after is { } after ? CountUpTo(rows, after.Sequence) : 0;
        int matched = 0;
        bool more = false;
        for (int i = _filter.TakesAll ? from : 0; i < rows.Length; i++)
        {
            PeerRow row = rows[_order.Descending ? rows.Length - 1 - i : i];
            PeerRowState state = row.State;
            if (!_filter.Takes(row, state))
                continue;
            matched++;
            if (i < from)
                continue;
            more = page.Count == _query.Limit;
            if (!more)
                page.Add(new Found(row, state));
            else if (_filter.TakesAll)
                break;
        }

        PeerPosition? next = more ? _order.PositionOf(page[^1].Row, page[^1].State) : null;
        return ([.. page], _filter.TakesAll ? rows.Length : matched, next);
    }

    // As many rows as the page has room for, the first of those after the cursor, with the last one on top to give way.
    private (Found[] Page, int Matched, PeerPosition? Next) InOrder(PeerRow[] rows)
    {
        PriorityQueue<Found, PeerPosition> first = new(Math.Min(rows.Length, _query.Limit), Comparer<PeerPosition>.Create((x, y) => _order.Compare(y, x)));
        int matched = 0;
        bool more = false;
        foreach (PeerRow row in rows)
        {
            PeerRowState state = row.State;
            if (!_filter.Takes(row, state))
                continue;
            matched++;
            PeerPosition position = _order.PositionOf(row, state);
            if (_after is { } after && _order.Compare(position, after) <= 0)
                continue;
            if (first.Count < _query.Limit)
                first.Enqueue(new Found(row, state), position);
            else
            {
                first.EnqueueDequeue(new Found(row, state), position);
                more = true;
            }
        }

        PeerPosition? next = more && first.TryPeek(out _, out PeerPosition last) ? last : null;
        var page = new Found[first.Count];
        for (int i = page.Length - 1; i >= 0; i--)
            page[i] = first.Dequeue();
        return (page, matched, next);
    }

    /// <summary>How many rows stand before or at a place, in the order of the query.</summary>
    private int CountUpTo(PeerRow[] rows, long sequence)
    {
        int low = 0;
        int high = rows.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            long found = rows[_order.Descending ? rows.Length - 1 - middle : middle].Sequence;
            if (_order.Descending ? found >= sequence : found <= sequence)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    // What the row said when it was picked: written down later, it might no longer be what the query takes.
    private readonly record struct Found(PeerRow Row, PeerRowState State);
}
