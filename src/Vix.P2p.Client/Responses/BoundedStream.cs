namespace Vix.P2p.Client.Responses;

/// <summary>Reads a body up to a limit, so that no server makes its client allocate without end.</summary>
internal sealed class BoundedStream(Stream body, long limit) : Stream
{
    private long _read;

    /// <summary>The most bytes that are read.</summary>
    public long Limit => limit;

    /// <summary>Whether the body went on beyond the limit.</summary>
    public bool IsExceeded => _read > limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += read;
        return IsExceeded ? throw new InvalidDataException($"The body has more than {limit} bytes.") : read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body.Dispose();
        base.Dispose(disposing);
    }
}
