using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Vix.P2p.Client.Tests.Documents;

/// <summary>The examples of docs/client.md and of the READMEs: each of their code blocks is a region here, and so it compiles.</summary>
internal static class ClientExamples
{
    public static void Add(HostApplicationBuilder builder)
    {
        #region add
        builder.Services.AddP2pControlClient(options =>
        {
            options.BaseAddress = new Uri("http://localhost:5180/p2p");
            options.ApiKey = builder.Configuration["NodeKey"];
        });
        #endregion
    }

    public static void Inject(WebApplication app)
    {
        #region inject
        app.MapGet("/peers", async (P2pControlClient node) => (await node.GetStatusAsync()).PeersConnected);
        #endregion
    }

    public static async Task CreateAsync()
    {
        #region create
        using P2pControlClient node = P2pControlClient.Create(new P2pControlClientOptions
        {
            BaseAddress = new Uri("http://localhost:5180/p2p"),
        });
        P2pStatusResponse status = await node.GetStatusAsync();
        Console.WriteLine($"{status.NodeId}: {status.PeersConnected} of {status.PeersTotal} peers connected");
        #endregion
    }

    public static void Several(HostApplicationBuilder builder)
    {
        #region several
        foreach (IConfigurationSection node in builder.Configuration.GetSection("Nodes").GetChildren())
            builder.Services.AddP2pControlClient(node.Key, options => node.Bind(options));
        #endregion
    }

    public static P2pControlClient Keyed(IServiceProvider services)
    {
        #region keyed
        P2pControlClient edge = services.GetRequiredKeyedService<P2pControlClient>("edge");
        #endregion
        return edge;
    }

    public static void Socket(HostApplicationBuilder builder)
    {
        #region socket
        builder.Services.AddP2pControlClient(options =>
        {
            options.BaseAddress = new Uri("http://localhost/p2p");
            options.UnixSocketPath = "/run/node/control.sock";
        });
        #endregion
    }

    public static async Task QueryAsync(P2pControlClient node)
    {
        #region query
        P2pPeersQuery query = new() { States = ["Connected", "Stale"], Sort = "rtt", Order = "desc" };
        await foreach (P2pPeerRow peer in node.ListPeersAsync(query))
            Console.WriteLine($"{peer.Id} {peer.State} {peer.RttMs} ms");
        #endregion
    }

    public static async Task PollAsync(P2pControlClient node, CancellationToken cancellationToken)
    {
        #region poll
        string? etag = null;
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(5));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (await node.GetPeersIfChangedAsync(etag, cancellationToken: cancellationToken) is not { } changed)
                continue;
            etag = changed.ETag;
            Console.WriteLine($"{changed.Response.Total} peers at revision {changed.Response.Revision}");
        }
        #endregion
    }

    public static async Task WaitAsync(P2pControlClient node, CancellationToken cancellationToken)
    {
        #region wait
        long? revision = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            P2pPeersResponse peers = await node.GetPeersAsync(
                new P2pPeersQuery { Revision = revision, Wait = revision is null ? null : TimeSpan.FromSeconds(60) },
                cancellationToken);
            revision = peers.Revision;
        }
        #endregion
    }

    public static async Task ConnectAsync(P2pControlClient node)
    {
        #region connect
        P2pConnectResponse decided = await node.ConnectAsync(new P2pConnectRequest { Host = "192.0.2.7", Port = 9001 });
        Console.WriteLine(decided.Started ? $"attempt {decided.AttemptId}" : $"not started: {decided.Reason}");
        #endregion
    }

    public static async Task ErrorsAsync(P2pControlClient node, P2pConnectRequest request)
    {
        #region errors
        try
        {
            await node.ConnectAsync(request);
        }
        catch (P2pControlException e) when (e.Code == P2pControlErrorCode.EndpointDenied)
        {
            Console.WriteLine($"the dial policy refuses {request.Host}");
        }
        catch (P2pControlException e)
        {
            Console.WriteLine($"{e.Detail} {e.Hint}");      // e.Field, e.RetryAfter and e.TraceId say more
        }
        catch (HttpRequestException e)
        {
            Console.WriteLine($"nobody answers: {e.Message}");
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            Console.WriteLine("no answer in time");
        }
        #endregion
    }

    public static async Task WatchAsync(P2pControlClient node, CancellationToken cancellationToken)
    {
        #region watch
        await foreach (P2pEvent change in node.WatchAsync(cancellationToken: cancellationToken))
        {
            switch (change.Type)
            {
                case P2pEventType.PeerConnected or P2pEventType.PeerDisconnected:
                    Console.WriteLine($"{change.Type} {change.Peer?.Endpoint} {change.Reason}");
                    break;
                case P2pEventType.Resync:
                    Console.WriteLine($"{(await node.GetPeersAsync(cancellationToken: cancellationToken)).Total} peers");
                    break;
            }
        }
        #endregion
    }

    public static IAsyncEnumerable<P2pEvent> WatchState(P2pControlClient node, CancellationToken cancellationToken)
    {
        #region watch state
        Progress<P2pWatchState> connection = new(state => Console.WriteLine(state.IsConnected
            ? "connected"
            : $"lost: {state.Error?.Message ?? "the server ended the stream"}; next try in {state.RetryIn}"));
        P2pWatchOptions options = new() { WaitForServer = true, StatusInterval = TimeSpan.FromSeconds(1) };
        IAsyncEnumerable<P2pEvent> events = node.WatchAsync(options, connection, cancellationToken);
        #endregion
        return events;
    }

    public static async Task LogsAsync(P2pControlClient node, CancellationToken cancellationToken)
    {
        #region logs
        await foreach (P2pLogLine line in node.FollowLogsAsync(new P2pLogsQuery { Lines = 20, Level = "Warning" }, cancellationToken))
            Console.WriteLine($"{line.At:O} {line.Level} {line.Message}");
        #endregion
    }

    public static void Handler(HostApplicationBuilder builder)
    {
        #region handler
        builder.Services.AddP2pControlClient(options => options.BaseAddress = new Uri("https://node.example/p2p"))
            .AddHttpMessageHandler<TokenHandler>();
        #endregion
    }

    public static void Test(HttpMessageHandler handler)
    {
        #region test
        using HttpClient http = new(handler) { BaseAddress = new Uri("http://node.test/p2p") };
        P2pControlClient node = new(http);
        #endregion
        node.Dispose();
    }

    private sealed class TokenHandler : DelegatingHandler;
}
