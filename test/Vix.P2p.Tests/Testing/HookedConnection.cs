using System.IO.Pipelines;
using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Testing;

/// <summary>A connection whose flushes a test can watch, hold back and fail.</summary>
internal sealed class HookedConnection : IP2pTransportConnection
{
    private readonly IP2pTransportConnection _inner;
    private readonly HookedWriter _output;

    public HookedConnection(IP2pTransportConnection inner, Func<Task> beforeFlush)
    {
        _inner = inner;
        _output = new HookedWriter(inner.Output, beforeFlush);
    }

    public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public PipeReader Input => _inner.Input;

    public PipeWriter Output => _output;

    public void Abort() => _inner.Abort();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private sealed class HookedWriter(PipeWriter inner, Func<Task> beforeFlush) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            await beforeFlush();
            return await inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
