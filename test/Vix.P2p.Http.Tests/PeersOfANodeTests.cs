using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Http.Tests;

/// <summary>GET /peers of a node that runs.</summary>
public class PeersOfANodeTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Test]
    public async Task GetPeers_PageByPage_ListsEachRowOnce()
    {
        await using P2pNode node = await StartAsync(rows: 25);
        await using ControlApp app = await StartAsync(node);

        foreach (string query in (string[])["", "&order=desc", "&sort=id", "&sort=bytes&order=desc", "&state=Connecting,Disconnected,Closed", "&q=MEMORY://&direction=outbound"])
        {
            List<string> keys = [];
            string cursor = "";
            for (int pages = 1; ; pages++)
            {
                JsonElement body = await (await app.GetAsync($"/p2p/peers?limit=10{query}{cursor}")).ShouldBeOk();
                body.GetProperty("matched").GetInt32().Should().Be(25);
                keys.AddRange(body.GetProperty("peers").EnumerateArray().Select(peer => peer.GetProperty("key").GetString()!));
                if (!body.TryGetProperty("next_cursor", out JsonElement next))
                {
                    pages.Should().Be(3);
                    break;
                }

                cursor = "&cursor=" + next.GetString();
                JsonElement error = await (await app.GetAsync($"/p2p/peers?protocol=chat/1{cursor}")).ShouldBeError(HttpStatusCode.BadRequest, "invalid_query");
                error.GetProperty("field").GetString().Should().Be("cursor");
            }

            keys.Should().HaveCount(25).And.OnlyHaveUniqueItems();
        }
    }

    [Test]
    public async Task GetPeers_Unchanged_HasTheSameTagUntilARowComes()
    {
        await using P2pNode node = await StartAsync(rows: 3);
        await using ControlApp app = await StartAsync(node);
        string tag = (await app.GetAsync("/p2p/peers?q=row-1")).Headers.ETag!.ToString();

        (await app.GetAsync("/p2p/peers?q=row-1", ("If-None-Match", tag))).StatusCode.Should().Be(HttpStatusCode.NotModified);
        (await app.GetAsync("/p2p/peers?q=row-2", ("If-None-Match", tag))).StatusCode.Should().Be(HttpStatusCode.OK);
        Dial(node, "another");

        using HttpResponseMessage response = await app.GetAsync("/p2p/peers?q=row-1", ("If-None-Match", tag));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Headers.ETag!.ToString().Should().NotBe(tag);
    }

    [Test]
    public async Task GetPeers_WithWait_AnswersWhenARowComes()
    {
        await using P2pNode node = await StartAsync(rows: 1);
        await using ControlApp app = await StartAsync(node);
        long revision = node.Revision;

        Task<HttpResponseMessage> asked = app.GetAsync($"/p2p/peers?rev={revision}&wait=60000&q=another");
        Dial(node, "another");

        JsonElement body = await (await asked.WaitAsync(Guard)).ShouldBeOk();
        body.GetProperty("revision").GetInt64().Should().BeGreaterThan(revision);
        body.GetProperty("returned").GetInt32().Should().Be(1);
    }

    // Rows of dials that nobody answers: each comes to its end before the next, so that nothing changes afterwards.
    private static async Task<P2pNode> StartAsync(int rows)
    {
        P2pNode node = P2pNode.Create(
            new P2pNodeOptions { NodeId = "alpha", ListenScheme = "memory", ListenAddress = "alpha", ListenPort = 1 },
            builder => builder.AddTransport(new MemoryTransport()));
        await node.StartAsync();
        for (int i = 0; i < rows; i++)
        {
            try
            {
                await node.ConnectAsync(At($"row-{i}")).WaitAsync(Guard);
            }
            catch (P2pConnectException)
            {
            }
        }

        node.GetStatus().PeersByState[PeerState.Closed].Should().Be(rows);
        return node;
    }

    private static Task<ControlApp> StartAsync(P2pNode node) =>
        ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<IP2pNode>(node) });

    private static void Dial(P2pNode node, string name) => node.Connect(At(name)).Started.Should().BeTrue();

    private static PeerEndpoint At(string name) => PeerEndpoint.Create(name, 1, "memory");
}
