using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>The program of docs/getting-started.md that sends, so that it compiles.</summary>
internal static class GettingStarted
{
    public static void Program(string[] args)
    {
        #region first message
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddP2pNode().AddProtocol("hello/1", protocol => protocol
            .OnMessage(context =>
            {
                Console.WriteLine($"{context.Peer.NodeId} says {Encoding.UTF8.GetString(context.Payload.Span)}");
                return ValueTask.CompletedTask;
            })
            .OnRequest(context => context.ReplyAsync(Encoding.UTF8.GetBytes($"hello {context.Peer.NodeId}"))));

        var app = builder.Build();
        app.MapP2pControl();
        app.MapPost("/hello", async (IP2pNode node) => $"queued for {(await node.BroadcastAsync("hello/1", "hello"u8.ToArray())).Count} peers\n")
           .WithP2pProtected();
        app.MapPost("/hello/{id}", async (string id, IP2pNode node) =>
                Encoding.UTF8.GetString((await node.RequestAsync(PeerId.Parse(id), "hello/1", ReadOnlyMemory<byte>.Empty)).Span) + "\n")
           .WithP2pProtected();
        app.Run();
        #endregion
    }
}
