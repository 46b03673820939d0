namespace Vix.P2p.Client.Tests;

/// <summary>What is sent.</summary>
public sealed class RequestTests
{
    private const string NoPeers = """{"ok":true,"peers":[],"total":0,"matched":0,"returned":0,"revision":1}""";

    private static readonly (Func<P2pControlClient, Task> Call, string Method, string Uri, string? Body)[] Calls =
    [
        (client => client.GetIndexAsync(), "GET", "", null),
        (client => client.PingAsync(), "GET", "/ping", null),
        (client => client.GetStatusAsync(), "GET", "/status", null),
        (client => client.GetPeersAsync(), "GET", "/peers", null),
        (client => client.GetPeersAsync(new P2pPeersQuery()), "GET", "/peers", null),
        (client => client.GetPeersAsync(new P2pPeersQuery { States = ["Connected", "Stale"], Direction = "inbound" }), "GET", "/peers?state=Connected%2CStale&direction=inbound", null),
        (client => client.GetPeersAsync(new P2pPeersQuery { Search = "a&b=c d+é", Protocol = "chat/1" }), "GET", "/peers?q=a%26b%3Dc%20d%2B%C3%A9&protocol=chat%2F1", null),
        (client => client.GetPeersAsync(new P2pPeersQuery { Sort = "rtt", Order = "desc", Limit = 100, Cursor = "x=" }), "GET", "/peers?sort=rtt&order=desc&limit=100&cursor=x%3D", null),
        (client => client.GetPeersAsync(new P2pPeersQuery { Revision = 17, Wait = TimeSpan.FromSeconds(60) }), "GET", "/peers?rev=17&wait=60000", null),
        (client => client.GetPeerAsync("r1"), "GET", "/peers/r1", null),
        (client => client.GetPeerAsync("a/../b?c#d%2e"), "GET", "/peers/a%2F..%2Fb%3Fc%23d%252e", null),
        (client => client.ConnectAsync(new P2pConnectRequest { Host = "::1", Port = 9001 }), "POST", "/connect", """{"host":"::1","port":9001,"scheme":"tcp","persistent":false,"force":false}"""),
        (client => client.DisconnectAsync(new P2pDisconnectRequest { Id = "r1", BanMs = 60_000 }), "POST", "/disconnect", """{"id":"r1","ban_ms":60000}"""),
        (client => client.DisconnectAsync(new P2pDisconnectRequest { Endpoint = "tcp://a:1" }), "POST", "/disconnect", """{"endpoint":"tcp://a:1"}"""),
        (client => client.GetAttemptsAsync(), "GET", "/attempts", null),
        (client => client.GetAttemptAsync("a1"), "GET", "/attempts/a1", null),
        (client => client.GetPersistentAsync(), "GET", "/persistent", null),
        (client => client.AddPersistentAsync(new P2pPersistentRequest { Host = "a", Port = 1 }), "POST", "/persistent", """{"host":"a","port":1,"scheme":"tcp"}"""),
        (client => client.RemovePersistentAsync("tcp://[::1]:9001"), "DELETE", "/persistent?endpoint=tcp%3A%2F%2F%5B%3A%3A1%5D%3A9001", null),
        (client => client.GetBansAsync(), "GET", "/bans", null),
        (client => client.RemoveBanAsync("abc"), "DELETE", "/bans/abc", null),
        (client => client.GetLogsAsync(), "GET", "/logs", null),
        (client => client.GetLogsAsync(new P2pLogsQuery { Lines = 10, After = 7, Level = "Warning" }), "GET", "/logs?lines=10&after=7&level=Warning", null),
        (client => client.GetLivenessAsync(), "GET", "/health/live", null),
        (client => client.GetReadinessAsync(), "GET", "/health/ready", null),
        (client => client.FollowLogsAsync(new P2pLogsQuery { Lines = 1 }).GetAsyncEnumerator().MoveNextAsync().AsTask(), "GET", "/logs?lines=1&follow=true", null),
        (client => client.WatchAsync().GetAsyncEnumerator().MoveNextAsync().AsTask(), "GET", "/events", null),
        (client => client.WatchAsync(new P2pWatchOptions { StatusInterval = TimeSpan.FromSeconds(1) }).GetAsyncEnumerator().MoveNextAsync().AsTask(), "GET", "/events?status_ms=1000", null),
    ];

    private static IEnumerable<int> Numbers => Enumerable.Range(0, Calls.Length);

    [TestCaseSource(nameof(Numbers))]
    public async Task Call_Each_SendsItsRequestWithTheKey(int number)
    {
        (Func<P2pControlClient, Task> call, string method, string uri, string? body) = Calls[number];
        using ScriptedHandler handler = new ScriptedHandler().Answer("", HttpStatusCode.Gone, type: null);

        await handler.Client(ControlHost.Key).Awaiting(call).Should().ThrowAsync<P2pControlException>();

        SentRequest request = handler.Requests.Single();
        request.Method.Should().Be(method);
        request.Uri.Should().Be("http://node.example:5180/p2p" + uri);
        request.Body.Should().Be(body);
        request.Header("Authorization").Should().Be("Bearer " + ControlHost.Key);
        request.Header("Accept").Should().BeOneOf("application/json", "application/x-ndjson", "text/event-stream");
    }

    [Test]
    public async Task Call_WithoutAKey_SendsNone()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer("""{"ok":true,"pong":true,"module":"p2p_http"}""");

        await handler.Client().PingAsync();

        handler.Requests.Single().Header("Authorization").Should().BeNull();
    }

    [TestCase("http://node.example/p2p", "http://node.example/p2p/ping")]
    [TestCase("http://node.example/p2p/", "http://node.example/p2p/ping")]
    [TestCase("https://node.example:8443/apps/one/p2p", "https://node.example:8443/apps/one/p2p/ping")]
    [TestCase("http://[::1]:5180/p2p", "http://[::1]:5180/p2p/ping")]
    [TestCase("http://node.example/", "http://node.example/ping")]
    [TestCase("http://node.example/a%2Fb", "http://node.example/a%2Fb/ping")]
    public async Task Call_BaseAddress_KeepsItsPrefix(string address, string uri)
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer("""{"ok":true,"pong":true,"module":"p2p_http"}""");

        await handler.Client(configure: options => options.BaseAddress = new Uri(address)).PingAsync();

        handler.Requests.Single().Uri.Should().Be(uri);
    }

    [Test]
    public async Task Client_OfAnHttpClientAlone_TakesItsAddress()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer("""{"ok":true,"pong":true,"module":"p2p_http"}""");
        using HttpClient http = new(handler) { BaseAddress = new Uri("http://node.example/p2p/") };

        await new P2pControlClient(http).PingAsync();

        handler.Requests.Single().Uri.Should().Be("http://node.example/p2p/ping");
    }

    [Test]
    public async Task ListPeers_SeveralPages_FollowsTheCursor()
    {
        using ScriptedHandler handler = new ScriptedHandler()
            .Answer(Page("next1", "r1", "r2"))
            .Answer(Page("next2", "r3"))
            .Answer(Page(null, "r4"));

        List<string> keys = [];
        await foreach (P2pPeerRow row in handler.Client().ListPeersAsync(new P2pPeersQuery { Limit = 2, Revision = 1, Wait = TimeSpan.FromSeconds(1) }))
            keys.Add(row.Key);

        keys.Should().Equal("r1", "r2", "r3", "r4");
        handler.Requests.Select(request => new Uri(request.Uri).Query).Should().Equal("?limit=2&rev=1&wait=1000", "?limit=2&cursor=next1", "?limit=2&cursor=next2");
    }

    [Test]
    public async Task ListPeers_ThatIsLeft_AsksForNoMore()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(Page("next1", "r1"));

        await foreach (P2pPeerRow row in handler.Client().ListPeersAsync())
            break;

        handler.Requests.Should().HaveCount(1);
    }

    [Test]
    public async Task ListPeers_PagesThatDoNotEnd_AreGivenUp()
    {
        using ScriptedHandler same = new ScriptedHandler().Answer(Page("next1", "r1")).Answer(Page("next1", "r1"));
        using ScriptedHandler empty = new ScriptedHandler().Answer(NoPeers.Replace("}", ""","next_cursor":"x"}""", StringComparison.Ordinal));

        foreach (ScriptedHandler handler in (ScriptedHandler[])[same, empty])
        {
            P2pControlException e = (await handler.Client().Awaiting(client => CountAsync(client.ListPeersAsync())).Should().ThrowAsync<P2pControlException>()).Which;

            e.Code.Should().Be(P2pControlErrorCode.InvalidResponse);
        }
    }

    private static async Task<int> CountAsync(IAsyncEnumerable<P2pPeerRow> rows)
    {
        int count = 0;
        await foreach (P2pPeerRow row in rows)
            count++;
        return count;
    }

    private static string Page(string? cursor, params string[] keys)
    {
        IEnumerable<string> rows = keys.Select(key => $$"""{"state":"Connected","endpoint":"tcp://a:1","secure":true,"last_seen_ms":1,"key":"{{key}}","direction":"inbound","dialable":true,"protocols":[],"persistent":false,"bytes_in":0,"bytes_out":0,"messages_in":0,"messages_out":0,"send_queue_bytes":0,"attempts":0}""");
        return $$"""{"ok":true,"peers":[{{string.Join(',', rows)}}],"total":4,"matched":4,"returned":{{keys.Length}},"revision":1{{(cursor is null ? "" : $",\"next_cursor\":\"{cursor}\"")}}}""";
    }
}
