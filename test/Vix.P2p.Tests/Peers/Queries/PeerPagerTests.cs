using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Vix.P2p.Tests.Peers.Queries;

internal sealed class PeerPagerTests
{
    [Test]
    public void Page_NoQuery_IsEveryRowOldestFirst()
    {
        RowTable table = Three();

        PeerPage page = table.Page(new PeerQuery());

        page.Should().Match<PeerPage>(p => p.Total == 3 && p.Matched == 3 && p.Next == null && p.Revision == 3);
        Keys(page).Should().Equal("p1", "p2", "p3");
        page.Peers.Should().BeEquivalentTo(table.Rows.Select(row => row.ToInfo(table.Time)));
    }

    [Test]
    public void Page_NoRows_IsEmpty()
    {
        foreach (PeerSort sort in Enum.GetValues<PeerSort>())
            new RowTable().Page(new PeerQuery { Sort = sort, Descending = true }).Should().BeEquivalentTo(new PeerPage(0, 0, 0, [], null));
    }

    [Test]
    public void Page_ByState_HasTheRowsInIt()
    {
        RowTable table = new();
        foreach (PeerState state in Enum.GetValues<PeerState>())
            table.Add(RowTable.State(state));

        foreach (PeerState state in Enum.GetValues<PeerState>())
            table.Page(new PeerQuery { States = [state] }).Peers.Should().ContainSingle().Which.State.Should().Be(state);

        PeerPage two = table.Page(new PeerQuery { States = [PeerState.Stale, PeerState.Connecting, PeerState.Stale] });
        (two.Total, two.Matched).Should().Be((6, 2));
        two.Peers.Select(peer => peer.State).Should().Equal(PeerState.Connecting, PeerState.Stale);
    }

    [TestCase(PeerDirection.Outbound, "p1 p3")]
    [TestCase(PeerDirection.Inbound, "p2")]
    public void Page_ByDirection_HasItsRows(PeerDirection direction, string keys) =>
        string.Join(' ', Keys(Three().Page(new PeerQuery { Direction = direction }))).Should().Be(keys);

    [TestCase("BETA", "p2", TestName = "node id, in either case")]
    [TestCase("p3", "p3", TestName = "key")]
    [TestCase("example:9", "p3", TestName = "endpoint")]
    [TestCase("[2001:DB8::5]:4", "p2", TestName = "remote endpoint")]
    [TestCase("tcp://", "p1 p2 p3", TestName = "what all have")]
    [TestCase("protocol/1", "", TestName = "protocols are not searched")]
    [TestCase("%", "", TestName = "no wildcard")]
    [TestCase("", "p1 p2 p3", TestName = "nothing")]
    public void Page_ByText_HasTheRowsThatShowIt(string text, string keys) =>
        string.Join(' ', Keys(Three().Page(new PeerQuery { Text = text }))).Should().Be(keys);

    [Test]
    public void Page_ByPartOfAnId_HasItsRow()
    {
        string id = RowTable.IdOf("beta").ToString();

        Keys(Three().Page(new PeerQuery { Text = id[10..40].ToUpperInvariant() })).Should().Equal("p2");
        Keys(Three().Page(new PeerQuery { Text = id })).Should().Equal("p2");
    }

    [Test]
    public void Page_ByAnyText_HasWhatHoldsItInEitherCase()
    {
        Gen<string> texts =
            from length in Gen.Choose(1, 4)
            from characters in Gen.Elements("aAbB1:/ßſKéÉİı\ud83d\ude00\0".ToCharArray()).ArrayOf(length)
            select new string(characters);

        Prop.ForAll(texts.ToArbitrary(), texts.ToArbitrary(), texts.ToArbitrary(), (before, text, after) =>
        {
            RowTable table = new();
            table.Add(RowTable.State(endpoint: before + text + after));
            table.Add(RowTable.State(endpoint: before + after));
            table.Add(RowTable.State(endpoint: (before + text + after).ToUpperInvariant()));
            return table.Page(new PeerQuery { Text = text }).Peers.Select(peer => peer.Key)
                .SequenceEqual(table.Rows.Where(row => row.State.EndpointText.Contains(text, StringComparison.OrdinalIgnoreCase) || row.Key.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(row => row.Key));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithQuietOnSuccess(true));
    }

    [TestCase("protocol/1", "p1 p2")]
    [TestCase("protocol/2", "p2")]
    [TestCase("Protocol/2", "")]
    [TestCase("protocol", "")]
    [TestCase("", "p1 p2 p3")]
    public void Page_ByProtocol_HasThePeersThatSpeakIt(string protocol, string keys) =>
        string.Join(' ', Keys(Three().Page(new PeerQuery { Protocol = protocol }))).Should().Be(keys);

    [Test]
    public void Page_SeveralFilters_HasTheRowsThatMeetAll()
    {
        PeerQuery query = new() { States = [PeerState.Connected, PeerState.Stale], Direction = PeerDirection.Inbound, Text = "beta", Protocol = "protocol/2" };

        Keys(Three().Page(query)).Should().Equal("p2");
        Keys(Three().Page(query with { Direction = PeerDirection.Outbound })).Should().BeEmpty();
    }

    [TestCase(PeerSort.Added, false, "p1 p2 p3 p4 p5")]
    [TestCase(PeerSort.Added, true, "p5 p4 p3 p2 p1")]
    [TestCase(PeerSort.LastSeen, false, "p3 p1 p4 p2 p5", Description = "the youngest frame first, none last")]
    [TestCase(PeerSort.LastSeen, true, "p4 p1 p3 p5 p2")]
    [TestCase(PeerSort.Bytes, false, "p2 p5 p3 p1 p4")]
    [TestCase(PeerSort.Bytes, true, "p4 p1 p3 p5 p2")]
    [TestCase(PeerSort.Rtt, false, "p1 p2 p3 p4 p5", Description = "none has one")]
    [TestCase(PeerSort.Rtt, true, "p5 p4 p3 p2 p1")]
    public void Page_Sorted_IsInThatOrder(PeerSort sort, bool descending, string keys)
    {
        RowTable table = new();
        table.Add(RowTable.State(lastFrame: 700, bytesIn: 50));
        table.Add(RowTable.State());
        table.Add(RowTable.State(lastFrame: 900, bytesIn: 20, bytesOut: 20));
        table.Add(RowTable.State(lastFrame: 700, bytesOut: 50));
        table.Add(RowTable.State(bytesOut: 1));

        foreach (int limit in (int[])[1, 2, 3, 5, 1000])
        {
            List<PeerPage> pages = table.Walk(new PeerQuery { Sort = sort, Descending = descending, Limit = limit });
            string.Join(' ', pages.SelectMany(Keys)).Should().Be(keys, "the pages have {0} rows", limit);
            pages.Should().HaveCount((5 + limit - 1) / limit).And.OnlyContain(page => page.Matched == 5 && page.Peers.Count <= limit);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Page_SortedById_HasThoseWithoutOneLast(bool descending)
    {
        RowTable table = new();
        table.Add(RowTable.State());
        foreach (string name in (string[])["a", "b", "c", "d", "e", "f"])
            table.Add(RowTable.State(peer: name));
        table.Add(RowTable.State());

        PeerInfo[] walked = [.. table.Walk(new PeerQuery { Sort = PeerSort.Id, Descending = descending, Limit = 3 }).SelectMany(page => page.Peers)];

        string[] ids = [.. walked.Take(6).Select(peer => peer.IdText!)];
        ids.Should().OnlyHaveUniqueItems().And.BeEquivalentTo(descending ? ids.OrderDescending(StringComparer.Ordinal) : ids.Order(StringComparer.Ordinal), strict => strict.WithStrictOrdering());
        walked.Skip(6).Select(peer => peer.Key).Should().Equal(descending ? ["p8", "p1"] : ["p1", "p8"]);
    }

    [Test]
    public void Page_RowChangesState_ShowsWhatItWasPickedFor()
    {
        RowTable table = Three();
        PeerQuery query = new() { States = [PeerState.Connected] };
        string key = table.Page(query).Peers.Single().Key;

        table.Set(table.Rows.Single(row => row.Key == key), RowTable.State(PeerState.Closed));

        table.Page(query).Peers.Should().BeEmpty();
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(5_001)]
    public void Page_LimitOutOfRange_Throws(int limit) =>
        FluentActions.Invoking(() => Three().Page(new PeerQuery { Limit = limit })).Should().Throw<ArgumentOutOfRangeException>();

    [Test]
    public void Page_OtherValuesOutOfRange_Throws()
    {
        foreach (PeerQuery query in (PeerQuery[])[new() { Text = new string('x', 129) }, new() { Protocol = new string('x', 129) }, new() { Sort = (PeerSort)9 }])
            FluentActions.Invoking(() => Three().Page(query)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static RowTable Three()
    {
        RowTable table = new();
        table.Add(RowTable.State(PeerState.Connected, peer: "alpha", protocols: ["protocol/1"]));
        table.Add(RowTable.State(PeerState.Stale, PeerDirection.Inbound, "tcp://[2001:db8::5]:9001", "beta", "[2001:db8::5]:40112", protocols: ["protocol/1", "protocol/2"]));
        table.Add(RowTable.State(endpoint: "tcp://node.example:9001"));
        return table;
    }

    private static IEnumerable<string> Keys(PeerPage page) => page.Peers.Select(peer => peer.Key);
}
