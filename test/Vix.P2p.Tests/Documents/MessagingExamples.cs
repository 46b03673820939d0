using System.Buffers;
using System.Globalization;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Vix.P2p.Tests.Documents;

/// <summary>The examples of docs/messaging.md, docs/security.md and of the README: each of their code blocks is a region here, and so it compiles.</summary>
internal static class MessagingExamples
{
    public static void Protocols(HostApplicationBuilder builder)
    {
        #region protocol
        builder.Services.AddP2pNode()
            .AddProtocol("chat/1", protocol => protocol.OnMessage(context =>
            {
                Console.WriteLine($"{context.Peer.NodeId}: {context.Payload.Length} bytes");
                return ValueTask.CompletedTask;
            }))
            .AddProtocol("clock/1", protocol => protocol.OnRequest(context =>
                context.ReplyAsync(Encoding.UTF8.GetBytes(DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)))))
            .AddProtocol("echo/1", protocol => protocol.OnStream(async context =>
                await context.Stream.CopyToAsync(context.Stream, context.CancellationToken)));
        #endregion
    }

    public static void Gatekeeper(HostApplicationBuilder builder)
    {
        #region add a gatekeeper
        builder.Services.AddP2pNode().AddGatekeeper<Customers>();
        #endregion
    }

    public static void ThreeKinds(HostApplicationBuilder builder)
    {
        #region three kinds
        builder.Services.AddP2pNode()
            .AddProtocol("chat/1", p => p.OnMessage(context => Show(context.Peer, context.Payload)))
            .AddProtocol("kv/1", p => p.OnRequest(context => context.ReplyAsync(Find(context.Payload))))
            .AddProtocol("file/1", p => p.OnStream(context => SaveAsync(context.Stream)));
        #endregion
    }

    public static async Task ThreeCallsAsync(IP2pNode node, PeerId peer, byte[] message, byte[] key)
    {
        #region three calls
        await node.SendAsync(peer, "chat/1", message);                        // in order, at most once a connection
        await node.BroadcastAsync("chat/1", message);                         // to all, and no slow peer holds up another
        ReadOnlyMemory<byte> value = await node.RequestAsync(peer, "kv/1", key);
        await using P2pStream file = await node.OpenStreamAsync(peer, "file/1");  // a Stream, both ways
        #endregion
        await file.WriteAsync(value);
    }

    public static void RegisterClass(HostApplicationBuilder builder)
    {
        #region register class
        builder.Services.AddP2pNode().AddProtocol<GreetingHandler>("greeting/1");
        #endregion
    }

    public static void Typed(HostApplicationBuilder builder)
    {
        #region typed
        builder.Services.AddP2pNode().AddProtocol("sum/1", protocol => protocol.OnRequest(
            GreetingJson.Default.Int32Array, GreetingJson.Default.Int32,
            (context, numbers) => ValueTask.FromResult(numbers.Sum())));
        #endregion
    }

    public static void SayNo(P2pProtocolBuilder protocol)
    {
        #region say no
        protocol.OnRequest(context => context.Payload.Length <= 16
            ? context.ReplyAsync(context.Payload)
            : throw new P2pRemoteException(P2pErrorCode.FirstApplicationCode, "at most 16 bytes"));
        #endregion
    }

    public static async Task TypedCallsAsync(IP2pNode node, PeerId peer)
    {
        #region typed calls
        await node.SendAsync(peer, "greeting/1", new Greeting("hello"), GreetingJson.Default.Greeting);
        int sum = await node.RequestAsync(peer, "sum/1", [1, 2, 3], GreetingJson.Default.Int32Array, GreetingJson.Default.Int32);
        #endregion
        sum.Should().Be(6);
    }

    public static async Task UnsentAsync(IP2pNode node, CancellationToken cancellationToken)
    {
        #region unsent
        await foreach (PeerEvent change in node.WatchAsync(cancellationToken))
        {
            if (change.Kind == PeerEventKind.PeerDisconnected)
                Console.WriteLine($"{change.Peer?.NodeId}: {change.Reason.ToCode()}, {change.UnsentMessages} messages not sent");
        }
        #endregion
    }

    public static void TrySend(IP2pNode node, PeerId peer, byte[] position)
    {
        #region try send
        if (!node.TrySend(peer, "position/1", position, out P2pReason reason))
            Console.WriteLine($"left out: {reason.ToCode()}"); // the next position will do
        #endregion
    }

    public static async Task RequestAsync(IP2pNode node, PeerId peer)
    {
        #region request
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(2));
        try
        {
            ReadOnlyMemory<byte> reply = await node.RequestAsync(peer, "clock/1", ReadOnlyMemory<byte>.Empty, deadline.Token);
            Console.WriteLine(Encoding.UTF8.GetString(reply.Span));
        }
        catch (P2pRemoteException e)
        {
            Console.WriteLine($"it said no: {e.Code} {e.Message}");
        }
        catch (P2pSendException e)
        {
            Console.WriteLine($"no answer: {e.Reason.ToCode()}");
        }
        #endregion
    }

    public static async Task RequestBufferAsync(IP2pNode node, PeerId peer)
    {
        #region request buffer
        ArrayBufferWriter<byte> response = new();
        await node.RequestAsync(peer, "clock/1", ReadOnlyMemory<byte>.Empty, response, timeout: TimeSpan.FromMilliseconds(500));
        #endregion
    }

    public static async Task StreamAsync(IP2pNode node, PeerId peer)
    {
        #region stream
        await using P2pStream stream = await node.OpenStreamAsync(peer, "echo/1");
        await stream.WriteAsync("hello"u8.ToArray());
        await stream.CompleteWritesAsync();
        using StreamReader reader = new(stream);
        Console.WriteLine(await reader.ReadToEndAsync());
        #endregion
    }

    public static async Task BroadcastAsync(IP2pNode node, byte[] payload)
    {
        #region broadcast
        IReadOnlyList<P2pBroadcastResult> results = await node.BroadcastAsync("chat/1", payload);
        Console.WriteLine($"queued for {results.Count(result => result.IsQueued)} of {results.Count}");
        #endregion
    }

    private static ValueTask Show(P2pPeer peer, ReadOnlyMemory<byte> text) => new(Console.Out.WriteLineAsync($"{peer.NodeId} {text.Length}"));

    private static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> key) => key;

    private static ValueTask SaveAsync(P2pStream stream) => new(stream.CopyToAsync(Stream.Null));
}
