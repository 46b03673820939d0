using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Peers;

namespace Vix.P2p.Tests.Peers.Queries;

/// <summary>Rows come, go and change between two pages of a walk.</summary>
internal sealed class ChurnTests
{
    private static readonly PeerState[] States = Enum.GetValues<PeerState>();

    private static readonly Gen<Churn> Any =
        from seed in Gen.Choose(0, int.MaxValue)
        from rows in Gen.Choose(0, 60)
        from limit in Gen.Choose(1, 12)
        from reverse in Gen.Elements(true, false)
        from filtered in Gen.Elements(true, false)
        from changes in Gen.Choose(0, 8)
        select new Churn(seed, rows, limit, reverse, filtered, changes);

    [Test]
    public void Walk_RowsThatStay_AreListedOnceInOrder() => ForAll(PeerSort.Added, settled: false);

    // An id is proven once, and a row without one may come by it: then it moves.
    [Test]
    public void Walk_SortedById_RowsThatStayAreListedOnceInOrder() => ForAll(PeerSort.Id, settled: true);

    [Test]
    public void Walk_SortedByBytes_RowsThatStayAreListedOnceInOrder() => ForAll(PeerSort.Bytes, settled: true);

    [Test]
    public void Walk_SortedByLastSeen_RowsThatStayAreListedOnceInOrder() => ForAll(PeerSort.LastSeen, settled: true);

    [Test]
    public void Page_OfAStandingTable_IsPartOfTheSortedWhole() =>
        Prop.ForAll(Any.ToArbitrary(), churn =>
        {
            foreach (PeerSort sort in Enum.GetValues<PeerSort>())
            {
                (RowTable table, PeerQuery query) = Fill(churn, sort);
                List<PeerPage> pages = table.Walk(query);
                PeerPage whole = table.Page(query with { Limit = PeerQuery.MaxLimit });
                if (!pages.SelectMany(page => page.Peers).Select(peer => peer.Key).SequenceEqual(whole.Peers.Select(peer => peer.Key))
                    || pages.Any(page => page.Matched != whole.Peers.Count || page.Total != churn.Rows)
                    || pages.SkipLast(1).Any(page => page.Peers.Count != churn.Limit)
                    || (pages.Count > 1 && pages[^1].Peers.Count == 0))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    private static void ForAll(PeerSort sort, bool settled) =>
        Prop.ForAll(Any.ToArbitrary(), churn =>
        {
            (RowTable table, PeerQuery query) = Fill(churn, sort);
            Random random = new(churn.Seed ^ 1);
            HashSet<string> stayed = [.. table.Page(query with { Limit = PeerQuery.MaxLimit }).Peers.Select(peer => peer.Key)];
            string[] order = [.. table.Page(query with { Limit = PeerQuery.MaxLimit }).Peers.Select(peer => peer.Key)];

            List<PeerPage> pages = table.Walk(query, () =>
            {
                for (int i = 0; i < churn.Changes; i++)
                    Change(table, random, settled);
                stayed.IntersectWith(table.Page(query with { Limit = PeerQuery.MaxLimit }).Peers.Select(peer => peer.Key));
            });

            string[] listed = [.. pages.SelectMany(page => page.Peers).Select(peer => peer.Key)];
            return listed.Distinct().Count() == listed.Length
                && listed.Where(stayed.Contains).SequenceEqual(order.Where(stayed.Contains));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));

    private static (RowTable Table, PeerQuery Query) Fill(Churn churn, PeerSort sort)
    {
        RowTable table = new();
        Random random = new(churn.Seed);
        for (int i = 0; i < churn.Rows; i++)
            Add(table, random);
        PeerState[] states = churn.Filtered ? [PeerState.Connecting, PeerState.Connected, PeerState.Disconnected] : [];
        return (table, new PeerQuery { Sort = sort, Descending = churn.Descending, Limit = churn.Limit, States = states });
    }

    private static void Add(RowTable table, Random random) => table.Add(RowTable.State(
        States[random.Next(States.Length)],
        peer: random.Next(3) == 0 ? null : $"peer {random.Next()}",
        lastFrame: random.Next(6),
        bytesIn: random.Next(4),
        bytesOut: random.Next(4)));

    private static void Change(RowTable table, Random random, bool settled)
    {
        PeerRow[] rows = table.Rows;
        int what = random.Next(3);
        if (what == 0 || rows.Length == 0)
            Add(table, random);
        else if (what == 1)
            table.Remove(rows[random.Next(rows.Length)]);
        else
        {
            PeerRow row = rows[random.Next(rows.Length)];
            PeerRowState state = row.State with { State = States[random.Next(States.Length)] };
            table.Set(row, settled ? state : state with { LastFrame = random.Next(6) });
        }
    }

    internal sealed record Churn(int Seed, int Rows, int Limit, bool Descending, bool Filtered, int Changes);
}
