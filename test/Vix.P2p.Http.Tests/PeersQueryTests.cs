using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Tests;

public class PeersQueryTests
{
    private static readonly PeerQuery Plain = new();

    private static readonly TestCaseData[] Good =
    [
        new("?state=Connected", Plain with { States = [PeerState.Connected] }),
        new("?state=Stale,Connected", Plain with { States = [PeerState.Connected, PeerState.Stale] }),
        new("?state=Connecting,Handshaking,Connected,Stale,Disconnected,Closed", Plain with { States = Enum.GetValues<PeerState>() }),
        new("?state=Connected%2CClosed", Plain with { States = [PeerState.Connected, PeerState.Closed] }),
        new("?direction=outbound", Plain with { Direction = PeerDirection.Outbound }),
        new("?direction=inbound", Plain with { Direction = PeerDirection.Inbound }),
        new("?q=beta%20%26+%E2%98%83", Plain with { Text = "beta & ☃" }),
        new("?q=" + new string('x', 128), Plain with { Text = new string('x', 128) }),
        new("?protocol=chat/1", Plain with { Protocol = "chat/1" }),
        new("?protocol=chat%2F1", Plain with { Protocol = "chat/1" }),
        new("?sort=id", Plain with { Sort = PeerSort.Id }),
        new("?sort=rtt&order=asc", Plain with { Sort = PeerSort.Rtt }),
        new("?sort=last_seen&order=desc", Plain with { Sort = PeerSort.LastSeen, Descending = true }),
        new("?order=desc&sort=bytes", Plain with { Sort = PeerSort.Bytes, Descending = true }),
        new("?order=desc", Plain with { Descending = true }),
        new("?limit=1", Plain with { Limit = 1 }),
        new("?limit=5000", Plain with { Limit = 5000 }),
        new("?cursor=" + SampleData.Cursor, Plain with { Cursor = SampleData.Cursor }),
        new("?rev=9223372036854775807&wait=0", Plain),
        new("?", Plain),
        new("", Plain),
    ];

    private static readonly TestCaseData[] Bad =
    [
        new("?nonsense=1", "nonsense", "This route reads state, direction, q, protocol, sort, order, limit, cursor, rev and wait."),
        new("?State=Connected", "State", "This route reads *"),
        new("?_=1734000000", "_", "This route reads *"),
        new("?limit=10&limit=10", "limit", "Send limit once."),
        new("?state=Connected&state=Stale", "state", "Send state once."),
        new("?state=connected", "state", "Send state as one or several of Connecting, Handshaking, Connected, Stale, Disconnected and Closed, separated by commas."),
        new("?state=", "state", "Send state as *"),
        new("?state=Connected,", "state", "Send state as *"),
        new("?state=Connected,Connected", "state", "Send state as *"),
        new("?state=2", "state", "Send state as *"),
        new("?direction=out", "direction", "Send direction as outbound or inbound."),
        new("?direction=Outbound", "direction", "Send direction as *"),
        new("?q=", "q", "Send q as 1 to 128 characters."),
        new("?q=" + new string('x', 129), "q", "Send q as *"),
        new("?protocol=", "protocol", "Send protocol as 1 to 128 characters."),
        new("?protocol=" + new string('x', 129), "protocol", "Send protocol as *"),
        new("?sort=state", "sort", "Send sort as id, rtt, last_seen or bytes."),
        new("?sort=-rtt", "sort", "Send sort as *"),
        new("?order=up", "order", "Send order as asc or desc."),
        new("?order=DESC", "order", "Send order as *"),
        new("?limit=0", "limit", "Send limit as an integer from 1 to 5000."),
        new("?limit=5001", "limit", "Send limit as *"),
        new("?limit=-1", "limit", "Send limit as *"),
        new("?limit=1e3", "limit", "Send limit as *"),
        new("?limit=%D9%A1", "limit", "Send limit as *"),
        new("?limit", "limit", "Send limit as *"),
        new("?cursor=", "cursor", "Send cursor as *"),
        new("?cursor=" + new string('A', 129), "cursor", "Send cursor as *"),
        new("?cursor=abc", "cursor", "Send cursor as the next_cursor of the page before, *"),
        new("?cursor=%00", "cursor", "Send cursor as the next_cursor *"),
        new("?rev=x", "rev", "Send rev as an integer from 0 to 9223372036854775807."),
        new("?rev=-1", "rev", "Send rev as *"),
        new("?rev=9223372036854775808", "rev", "Send rev as *"),
        new("?rev=17&wait=60001", "wait", "Send wait as an integer from 0 to 60000."),
        new("?rev=17&wait=-1", "wait", "Send wait as *"),
        new("?rev=17&wait=1s", "wait", "Send wait as *"),
        new("?wait=1000", "wait", "Send wait with rev, the revision that you have."),
        new("?wait=0", "wait", "Send wait with rev, *"),
        new("?rev=&wait=1", "rev", "Send rev as *"),
    ];

    [TestCaseSource(nameof(Good))]
    public async Task GetPeers_Query_ReachesTheNode(string query, PeerQuery rows)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.GetAsync("/p2p/peers" + query)).ShouldBeOk();

        app.Node.Queries.Should().ContainSingle().Which.Should().BeEquivalentTo(rows);
    }

    [TestCaseSource(nameof(Bad))]
    public async Task GetPeers_BadQuery_NamesTheParameterAndItsRange(string query, string field, string hint)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement body = await (await app.GetAsync("/p2p/peers" + query, ("If-None-Match", "*"))).ShouldBeError(HttpStatusCode.BadRequest, "invalid_query");

        body.GetProperty("field").GetString().Should().Be(field);
        body.GetProperty("hint").GetString().Should().Match(hint);
        body.GetProperty("detail").GetString().Should().NotContain("xxx").And.NotContain("AAA");
    }

    [Test]
    public async Task GetPeers_BadCursorAndWait_AnswersWithoutWaiting()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnWait = (_, _) => throw new InvalidOperationException("nothing is to be waited for");

        await (await app.GetAsync("/p2p/peers?rev=17&wait=60000&cursor=abc")).ShouldBeError(HttpStatusCode.BadRequest, "invalid_query");
    }

    [Test]
    public async Task GetPeers_Pages_SayWhereTheNextBegins()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement first = await (await app.GetAsync("/p2p/peers?limit=2")).ShouldBeOk();
        string next = first.GetProperty("next_cursor").GetString()!;
        JsonElement second = await (await app.GetAsync("/p2p/peers?limit=2&cursor=" + next)).ShouldBeOk();

        (Count(first, "total"), Count(first, "matched"), Count(first, "returned")).Should().Be((3, 3, 2));
        (Count(second, "total"), Count(second, "matched"), Count(second, "returned")).Should().Be((3, 3, 1));
        second.TryGetProperty("next_cursor", out _).Should().BeFalse("it is the last page");
        Uri.EscapeDataString(next).Should().Be(next, "it goes into a query as it is");
    }

    [TestCase("/p2p", HttpStatusCode.OK)]
    [TestCase("/p2p/ping", HttpStatusCode.OK)]
    [TestCase("/p2p/status", HttpStatusCode.OK)]
    [TestCase("/p2p/peers/r12", HttpStatusCode.OK)]
    [TestCase("/p2p/peers/r99", HttpStatusCode.NotFound)]
    public async Task RoutesWithoutAQuery_IgnoreOne(string path, HttpStatusCode status)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        (await app.GetAsync(path + "?nonsense=1&nonsense=2&limit=x")).StatusCode.Should().Be(status);
    }

    [Test]
    public void Tag_OfQueriesThatMeanTheSame_IsTheSame()
    {
        Tag("").Should().Be("0").And.Be(Tag("?limit=1000")).And.Be(Tag("?order=asc")).And.Be(Tag("?rev=17&wait=1000")).And.Be(Tag("?&"));
        Tag("?state=Stale,Connected&limit=5").Should().Be(Tag("?limit=5&state=Connected,Stale")).And.Be(Tag("?limit=5&rev=3&state=Connected%2CStale&wait=9"));
        Tag("?q=a%20b").Should().Be(Tag("?q=a+b"));
    }

    [Test]
    public void Tag_OfQueriesThatDoNot_IsAnother()
    {
        string[] queries =
        [
            "", "?state=Connected", "?state=Stale", "?direction=outbound", "?direction=inbound", "?q=a", "?q=A", "?q=b", "?protocol=a", "?protocol=a&q=b", "?protocol=a,b",
            "?sort=id", "?sort=rtt", "?sort=id&order=desc", "?order=desc", "?limit=1", "?limit=10", "?cursor=a", "?cursor=b", "?q=,", "?q=0",
        ];

        string[] tags = [.. queries.Select(Tag)];

        tags.Should().OnlyHaveUniqueItems();
        tags.Skip(1).Should().OnlyContain(tag => Regex.IsMatch(tag, "^[0-9a-f]{16}$"));
    }

    private static int Count(JsonElement body, string name) => body.GetProperty(name).GetInt32();

    private static string Tag(string query)
    {
        PeersQuery.TryParse(new QueryString(query), out PeersQuery parsed, out ControlError? error).Should().BeTrue();
        error.Should().BeNull();
        return parsed.Tag;
    }
}
