using System.IO.Pipelines;
using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Testing;

/// <summary>A connection whose reads and flushes a test can watch, and whose flushes it can hold back and fail.</summary>
internal sealed class HookedConnection : IP2pTransportConnection
{
    private readonly IP2pTransportConnection _inner;
    private readonly HookedWriter _output;

    public HookedConnection(IP2pTransportConnection inner, Func<Task> beforeFlush)
    {
        _inner = inner;
        _output = new HookedWriter(inner.Output, beforeFlush);
        Reads = new ReadTap(inner.Input);
    }

    /// <summary>How far the reader has come.</summary>
    public ReadTap Reads { get; }

    /// <summary>Completes when a flush finds no room.</summary>
    public Task Stuck => _output.Stuck.Task;

    public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public PipeReader Input => Reads;

    public PipeWriter Output => _output;

    public void Abort() => _inner.Abort();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private sealed class HookedWriter(PipeWriter inner, Func<Task> beforeFlush) : PipeWriter
    {
        public TaskCompletionSource Stuck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            await beforeFlush();
            ValueTask<FlushResult> flush = inner.FlushAsync(cancellationToken);
            if (!flush.IsCompleted)
                Stuck.TrySetResult();
            return await flush;
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
