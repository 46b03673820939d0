using Microsoft.AspNetCore.Builder;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>Counts how often a response's body is flushed, and how much of it at once.</summary>
internal sealed class Flushes
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The most bytes between two flushes.</summary>
    public long Largest { get; private set; }

    public void Use(WebApplication app) => app.Use(async (http, next) =>
    {
        http.Response.Body = new CountingStream(http.Response.Body, this);
        await next(http);
    });

    private sealed class CountingStream(Stream inner, Flushes flushes) : Stream
    {
        private long _bytes;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _bytes += buffer.Length;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            if (_bytes > 0)
                Interlocked.Increment(ref flushes._count);
            flushes.Largest = Math.Max(flushes.Largest, _bytes);
            _bytes = 0;
            return inner.FlushAsync(cancellationToken);
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
