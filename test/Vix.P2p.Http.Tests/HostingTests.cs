using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Http.Tests;

/// <summary>Where the routes can be mapped.</summary>
public class HostingTests
{
    private const string Connect = """{"host":"a","port":1}""";

    [TestCase("/p2p/status")]
    [TestCase("/P2P/Status")]
    [TestCase("/p2p/status/")]
    [TestCase("/%702p/status")]
    [TestCase("/p2p/%73tatus")]
    [TestCase("/p2p/./status")]
    [TestCase("/p2p/x/../status")]
    [TestCase("/a/../p2p/status")]
    [TestCase("/p2p/status?x=1")]
    [TestCase("/p2p")]
    [TestCase("/p2p/")]
    [TestCase("/P2p/PEERS")]
    [TestCase("/p2p/connect")]
    [TestCase("/p2p/CONNECT/")]
    [TestCase("/p2p/%63onnect")]
    [TestCase("/p2p/./connect")]
    [TestCase("/p2p/%2e/connect")]
    [TestCase("/p2p/connect%2f")]
    [TestCase("/p2p/connect;x=1")]
    [TestCase("/p2p//connect")]
    [TestCase("//p2p/connect")]
    [TestCase("/p2p/connect%00")]
    public async Task PathVariants_OnKestrel_FollowThePolicyOfTheirRoute(string path)
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Server = RawHttp.Kestrel });
        foreach (string method in (string[])["GET", "POST"])
        {
            string stranger = await RawHttp.SendAsync(app, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.1\r\nContent-Type: application/json\r\nContent-Length: {Connect.Length}\r\nConnection: close\r\n\r\n{Connect}");
            string status = stranger.Split(' ')[1];

            status.Should().BeOneOf(["403", "404", "400"], path);
            stranger.Should().NotContain("\"ok\":true");
        }

        app.Node.Connects.Should().BeEmpty();
    }

    [TestCase("/P2P/Status", HttpStatusCode.OK)]
    [TestCase("/p2p/status/", HttpStatusCode.OK)]
    [TestCase("/%702p/%73tatus", HttpStatusCode.OK)]
    [TestCase("/p2p/", HttpStatusCode.OK)]
    [TestCase("/p2px", HttpStatusCode.NotFound)]
    public async Task PathVariants_FromThisMachine_AreTheSameRoute(string path, HttpStatusCode status)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        (await app.GetAsync(path)).StatusCode.Should().Be(status);
    }

    [Test]
    public async Task UnixSocket_IsThisMachine()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Server = builder => builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenUnixSocket(path)),
        });
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient client = new(handler);

        await (await client.GetAsync("http://localhost/p2p/status")).ShouldBeOk();
        await (await client.GetAsync("http://evil.example/p2p/status")).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_host");
    }

    [Test]
    public async Task UsePathBase_Routes_AnswerAndListTheirWholePath()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Pipeline = app =>
            {
                app.UsePathBase("/base");
                app.UseRouting();
            },
        });

        await (await app.GetAsync("/base/p2p/status")).ShouldBeOk();
        await (await app.GetAsync("/base/p2p/nothing")).ShouldBeError(HttpStatusCode.NotFound, "not_found");
        (await PathsAsync(app, "/base/p2p")).Should().Contain("/base/p2p/status").And.OnlyContain(path => path.StartsWith("/base/p2p"));
    }

    [Test]
    public async Task Groups_OfTheHost_CarryTheRoutes()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Map = app => app.MapGroup("/tenants/{tenant}").MapP2pControl("/node") });

        await (await app.GetAsync("/tenants/7/node/status")).ShouldBeOk();
        await (await app.GetAsync("/tenants/7/node/nothing")).ShouldBeError(HttpStatusCode.NotFound, "not_found");
        await (await app.PostAsync("/tenants/7/node/status", "{}")).ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        (await PathsAsync(app, "/tenants/7/node/")).Should().Contain("/tenants/7/node/status");
    }

    [Test]
    public async Task TwoNodes_UnderTwoPrefixes_KeepApart()
    {
        FakeNode edge = new() { Status = SampleData.Status with { NodeId = "edge" } };
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddKeyedSingleton<IP2pNode>("edge", edge),
            Settings = [("P2p:Nodes:edge:Control:ApiKey", ControlApp.Key), ("P2p:Nodes:edge:Control:AllowLocal", "false"), ("P2p:Nodes:edge:Control:Prefix", "/edge/p2p")],
            Map = app =>
            {
                app.MapP2pControl();
                app.MapP2pControl(node: "edge");
                app.MapP2pControl("/again");
            },
        });
        (string, string) key = ("Authorization", "Bearer " + ControlApp.Key);

        (await (await app.GetAsync("/p2p/status")).ShouldBeOk()).GetProperty("node_id").GetString().Should().Be("alpha");
        (await (await app.GetAsync("/again/status")).ShouldBeOk()).GetProperty("node_id").GetString().Should().Be("alpha");
        (await (await app.GetAsync("/edge/p2p/status", key)).ShouldBeOk()).GetProperty("node_id").GetString().Should().Be("edge");
        (await (await app.GetAsync("/edge/p2p/status")).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized")).GetProperty("hint").GetString().Should().Contain("P2p:Nodes:edge:Control:ApiKey");
        await (await app.PostAsync("/edge/p2p/connect", Connect, key)).ShouldBeOk();
        edge.Connects.Should().ContainSingle();
        app.Node.Connects.Should().BeEmpty();
    }

    [Test]
    public async Task HostsJsonOptions_OfAnyKind_ChangeNothingAndAreNotChanged()
    {
        string[] paths = ["/p2p", "/p2p/ping", "/p2p/status", "/p2p/peers", "/p2p/peers/r12", "/p2p/nothing"];
        await using ControlApp plain = await ControlApp.StartAsync();
        await using ControlApp odd = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.ConfigureHttpJsonOptions(options =>
            {
                options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper;
                options.SerializerOptions.DictionaryKeyPolicy = JsonNamingPolicy.KebabCaseUpper;
                options.SerializerOptions.WriteIndented = true;
                options.SerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault;
                options.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.WriteAsString;
                options.SerializerOptions.TypeInfoResolverChain.Clear();
            }),
        });

        foreach (string path in paths)
            WithoutTraceId(await (await odd.GetAsync(path)).Content.ReadAsStringAsync()).Should().Be(WithoutTraceId(await (await plain.GetAsync(path)).Content.ReadAsStringAsync()));
        await (await odd.PostAsync("/p2p/connect", Connect)).ShouldBeOk();
        Microsoft.AspNetCore.Http.Json.JsonOptions options = odd.Services.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value;
        options.SerializerOptions.TypeInfoResolverChain.Should().BeEmpty();

        static string WithoutTraceId(string body) => body.Split("\"trace_id\"")[0];
    }

    [Test]
    public async Task HostsOwnRoutes_UnderThePrefix_KeepTheirAnswers()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app =>
            {
                app.MapP2pControl();
                app.MapGet("/p2p/mine", () => "mine");
                app.MapFallback(() => "fallback");
            },
        });

        (await app.Client.GetStringAsync("/p2p/mine")).Should().Be("mine");
        (await app.Client.GetStringAsync("/elsewhere")).Should().Be("fallback");
        await (await app.GetAsync("/p2p/nothing")).ShouldBeError(HttpStatusCode.NotFound, "not_found");
    }

    private static async Task<string[]> PathsAsync(ControlApp app, string path)
    {
        JsonElement index = await (await app.GetAsync(path)).ShouldBeOk();
        return [.. index.GetProperty("routes").EnumerateArray().Select(route => route.GetProperty("path").GetString()!)];
    }
}
