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
        Release();
        _inner.Abort();
    }

    /// <summary>Reads no more until it is aborted or disposed.</summary>
    public void StopReading() => _reader.IsStopped = true;

    /// <summary>Neither reads nor writes until it is aborted or disposed, as one whose machine sleeps.</summary>
    public void Freeze()
    {
        StopReading();
        _writer.IsStopped = true;
    }

    /// <summary>After so many more writes half of one goes out, and then a reset.</summary>
    public void CutWriteAfter(int writes) => _writer.WritesLeft = writes;

    /// <summary>A byte of the next write goes out as another.</summary>
    public void SpoilNextWrite() => _writer.Spoils = true;

    public ValueTask DisposeAsync()
    {
        Release();
        return _inner.DisposeAsync();
    }

    private void Release()
    {
        _reader.Gate.TrySetResult();
        _writer.Gate.TrySetResult();
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

        public volatile int WritesLeft = int.MaxValue;

        public volatile bool Spoils;

        public volatile bool IsStopped;

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool CanGetUnflushedBytes => _inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => _inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = _inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (Spoils && bytes > 0)
                _memory.Span[bytes / 2] ^= 0x10;
            _cut |= WritesLeft != int.MaxValue && --WritesLeft < 0 && bytes > 1;
            _inner.Advance(_cut ? bytes / 2 : bytes);
        }

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (IsStopped)
                await Gate.Task.WaitAsync(cancellationToken);
            FlushResult result = await _inner.FlushAsync(cancellationToken);
            if (_cut)
                connection.Abort();
            return result;
        }

        public override void CancelPendingFlush()
        {
            Gate.TrySetResult();
            _inner.CancelPendingFlush();
        }

        public override void Complete(Exception? exception = null) => _inner.Complete(exception);
    }
}
