using System.Buffers.Binary;
using System.Collections.Concurrent;
using Vix.P2p.Benchmarks.Links;

namespace Vix.P2p.Benchmarks.Streams;

/// <summary>Streams between two nodes, both ends at hand.</summary>
internal sealed class NodeStreams : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<Stream>> _opened = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NodePair _nodes = null!;
    private int _count;

    private NodeStreams()
    {
    }

    public static async Task<NodeStreams> StartAsync()
    {
        NodeStreams streams = new();
        streams._nodes = await NodePair.StartAsync(protocol => protocol.OnStream(streams.ServeAsync));
        return streams;
    }

    public async Task<StreamLink> OpenAsync()
    {
        int number = Interlocked.Increment(ref _count);
        P2pStream client = await _nodes.Client.OpenStreamAsync(_nodes.ServerId, NodePair.Protocol);
        byte[] head = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, number);
        await client.WriteAsync(head);
        return new StreamLink(client, await Opened(number).Task);
    }

    public async ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        await _nodes.DisposeAsync();
    }

    // The stream is its handler's as long as that runs.
    private async ValueTask ServeAsync(P2pStreamContext context)
    {
        byte[] head = new byte[sizeof(int)];
        await context.Stream.ReadExactlyAsync(head);
        Opened(BinaryPrimitives.ReadInt32LittleEndian(head)).SetResult(context.Stream);
        await _closed.Task;
    }

    private TaskCompletionSource<Stream> Opened(int number) =>
        _opened.GetOrAdd(number, _ => new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously));
}
