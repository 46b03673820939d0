using System.Buffers;

namespace Vix.P2p.Soak;

/// <summary>What a node of the soak does with what comes, hub and peers alike.</summary>
internal sealed class Handlers(Counters counters)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly byte[] Piece = new byte[64 * 1024];

    public void Serve(P2pProtocolBuilder protocol) => protocol.OnMessage(TakeAsync).OnRequest(AnswerAsync).OnStream(ServeAsync);

    private ValueTask TakeAsync(P2pMessageContext context)
    {
        Interlocked.Increment(ref counters.Messages);
        switch (KindOf(context.Payload))
        {
            case SoakProtocol.Throw:
                throw new SoakException();
            case SoakProtocol.Wait:
                return new ValueTask(Task.Delay(TimeSpan.FromMilliseconds(300), context.CancellationToken));
            case SoakProtocol.Flood:
                // Until the queue is full, which it soon is where the other side has stopped reading.
                for (int i = 0; i < 64 && context.Node.TrySend(context.Peer.Id, SoakProtocol.Name, Piece); i++)
                {
                }

                break;
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask AnswerAsync(P2pRequestContext context)
    {
        Interlocked.Increment(ref counters.Requests);
        switch (KindOf(context.Payload))
        {
            case SoakProtocol.Throw:
                throw new SoakException();
            case SoakProtocol.Refuse:
                throw new P2pRemoteException(P2pErrorCode.FirstApplicationCode, "not today");
            case SoakProtocol.Wait:
                await Task.Delay(Long, context.CancellationToken);
                break;
        }

        await context.ReplyAsync(context.Payload);
    }

    private async ValueTask ServeAsync(P2pStreamContext context)
    {
        Interlocked.Increment(ref counters.Streams);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            int read = await context.Stream.ReadAsync(buffer, context.CancellationToken);
            switch (read == 0 ? SoakProtocol.Plain : buffer[0])
            {
                case SoakProtocol.Throw:
                    throw new SoakException();
                case SoakProtocol.Refuse:
                    context.Stream.Abort(P2pErrorCode.FirstApplicationCode);
                    return;
                case SoakProtocol.Wait:
                    await Task.Delay(Long, context.CancellationToken);
                    return;
            }

            for (; read > 0; read = await context.Stream.ReadAsync(buffer, context.CancellationToken))
                await context.Stream.WriteAsync(buffer.AsMemory(0, read), context.CancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte KindOf(ReadOnlyMemory<byte> payload) => payload.IsEmpty ? SoakProtocol.Plain : payload.Span[0];
}
