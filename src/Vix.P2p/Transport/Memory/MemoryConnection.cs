using System.IO.Pipelines;
using System.Net;

namespace Vix.P2p.Transport.Memory;

/// <summary>One end of two pipes that stand for the two directions of a connection.</summary>
internal sealed class MemoryConnection : IP2pTransportConnection
{
    // What a sender may have on its way, as a socket's buffers would hold: twice a record.
    private const int PauseThreshold = 131_072;

    private readonly MemoryPipeReader _input;
    private readonly MemoryPipeWriter _output;
    private readonly MemoryReset _reset;
    private int _disposed;

    private MemoryConnection(Pipe inbound, Pipe outbound, MemoryReset reset, DnsEndPoint local, DnsEndPoint remote)
    {
        _reset = reset;
        _input = new MemoryPipeReader(inbound.Reader, reset, this);
        _output = new MemoryPipeWriter(outbound.Writer, reset);
        LocalEndPoint = local;
        RemoteEndPoint = remote;
    }

    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public static (MemoryConnection Dialler, MemoryConnection Accepted) CreatePair(DnsEndPoint dialler, DnsEndPoint listener)
    {
        PipeOptions options = new(
            pauseWriterThreshold: PauseThreshold, resumeWriterThreshold: PauseThreshold / 2, useSynchronizationContext: false);
        Pipe there = new(options);
        Pipe back = new(options);
        MemoryReset reset = new(there, back);
        return (
            new MemoryConnection(back, there, reset, dialler, listener),
            new MemoryConnection(there, back, reset, listener, dialler));
    }

    public void Abort()
    {
        if (Volatile.Read(ref _disposed) == 0)
            _reset.By(this);
    }

    /// <summary>
    /// Closes as a socket does: the peer reads what was flushed and then the end. The loops of this side have ended.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _output.CompleteAsync().ConfigureAwait(false);
        await _input.CompleteAsync().ConfigureAwait(false);
    }
}
