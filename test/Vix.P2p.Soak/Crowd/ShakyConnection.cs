using System.IO.Pipelines;
using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Soak.Crowd;

/// <summary>A connection that can be cut in the midst of a record, stopped, and spoilt.</summary>
internal sealed class ShakyConnection : IP2pTransportConnection
{
    private readonly IP2pTransportConnection _inner;
    private readonly Reader _reader;
    private readonly Writer _writer;

    public ShakyConnection(IP2pTransportConnection inner)
    {
        _inner = inner;
        _reader = new Reader(inner.Input);
        _writer = new Writer(inner);
    }

    public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public PipeReader Input => _reader;

    public PipeWriter Output => _writer;

    /// <summary>Resets it.</summary>
    public void Abort()
    {
        _reader.Gate.TrySetResult();
        _inner.Abort();
    }

    /// <summary>Reads no more until it is aborted or disposed.</summary>
    public void StopReading() => _reader.IsStopped = true;

    /// <summary>Half of the next write goes out, and then a reset.</summary>
    public void CutNextWrite() => _writer.Cuts = true;

    /// <summary>A byte of the next write goes out as another.</summary>
    public void SpoilNextWrite() => _writer.Spoils = true;

    public ValueTask DisposeAsync()
    {
        _reader.Gate.TrySetResult();
        return _inner.DisposeAsync();
    }

    private sealed class Reader(PipeReader inner) : PipeReader
    {
        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public volatile bool IsStopped;

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead()
        {
            Gate.TrySetResult();
            inner.CancelPendingRead();
        }

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (IsStopped)
                await Gate.Task.WaitAsync(cancellationToken);
            return await inner.ReadAsync(cancellationToken);
        }

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return !IsStopped && inner.TryRead(out result);
        }
    }

    private sealed class Writer(IP2pTransportConnection connection) : PipeWriter
    {
        private readonly PipeWriter _inner = connection.Output;
        private Memory<byte> _memory;
        private bool _cut;

        public volatile bool Cuts;

        public volatile bool Spoils;

        public override bool CanGetUnflushedBytes => _inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => _inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = _inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (Spoils && bytes > 0)
                _memory.Span[bytes / 2] ^= 0x10;
            _cut |= Cuts && bytes > 1;
            _inner.Advance(_cut ? bytes / 2 : bytes);
        }

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            FlushResult result = await _inner.FlushAsync(cancellationToken);
            if (_cut)
                connection.Abort();
            return result;
        }

        public override void CancelPendingFlush() => _inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => _inner.Complete(exception);
    }
}
