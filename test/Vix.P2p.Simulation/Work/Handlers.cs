using System.Buffers.Binary;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Hosting;
using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Work;

/// <summary>What a node of a world does with what it is sent.</summary>
internal sealed class Handlers(World world, SimNode node)
{
    /// <summary>One handler at a time.</summary>
    public const string Ordered = "ordered/1";

    /// <summary>Several at once.</summary>
    public const string Wide = "wide/1";

    public const string Streams = "streams/1";

    /// <summary>What an application's refusal says.</summary>
    public const int Refusal = 77;

    public void Add(IP2pNodeBuilder builder) => builder
        .AddProtocol(Ordered, protocol => protocol.OnMessage(TakeAsync).OnRequest(AnswerAsync))
        .AddProtocol(Wide, protocol => protocol.OnMessage(TakeAsync).OnRequest(AnswerAsync).WithConcurrency(3))
        .AddProtocol(Streams, protocol => protocol.OnStream(EchoAsync));

    private async ValueTask TakeAsync(P2pMessageContext context)
    {
        // What a machine does that has crashed is seen by nobody.
        if (node.Host.IsAlive)
            world.Ledger.Came(node, context.Peer, context.Protocol, context.Payload.Span);
        byte last = context.Payload.Span[^1];
        if (last % 16 == 1)
            await node.Clock.WaitAsync(TimeSpan.FromMilliseconds(last * 4), context.CancellationToken);
        if (last % 32 == 2)
            throw new InvalidOperationException("This handler fails now and then.");
    }

    private async ValueTask AnswerAsync(P2pRequestContext context)
    {
        byte[] request = context.Payload.ToArray();
        long token = BinaryPrimitives.ReadInt64LittleEndian(request);
        var kind = (RequestKind)request[8];
        var wait = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(12)));
        int length = BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(16));
        if (node.Host.IsAlive)
            world.Ledger.Asked(node, token);
        switch (kind)
        {
            case RequestKind.AnswerLater:
                await node.Clock.WaitAsync(wait, context.CancellationToken);
                break;
            case RequestKind.AnswerLaterWhateverComes:
                await node.Clock.WaitAsync(wait, CancellationToken.None);
                break;
            case RequestKind.Fail:
                throw new InvalidOperationException("This handler fails as it was asked to.");
            case RequestKind.Refuse:
                throw new P2pRemoteException(Refusal, "no");
            case RequestKind.SayNothing:
                return;
        }

        try
        {
            await context.ReplyAsync(Payload.Answer(token, length));
        }
        catch (P2pSendException)
        {
            // The connection ended first, or the answer is too large for whoever asked.
        }
    }

    private static async ValueTask EchoAsync(P2pStreamContext context)
    {
        byte[] buffer = new byte[4096];
        while (await context.Stream.ReadAsync(buffer, context.CancellationToken) is > 0 and var read)
            await context.Stream.WriteAsync(buffer.AsMemory(0, read), context.CancellationToken);
        await context.Stream.CompleteWritesAsync(context.CancellationToken);
    }
}
