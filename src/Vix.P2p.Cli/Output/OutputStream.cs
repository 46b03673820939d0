namespace Vix.P2p.Cli.Output;

/// <summary>
/// Standard output, which says by exceptions of its own when nobody reads it any more and when it cannot be written:
/// an <see cref="IOException"/> is then always one of the network.
/// </summary>
internal sealed class OutputStream : Stream
{
    private const int BrokenPipe = 32;
    private const int ConnectionResetOnLinux = 104;
    private const int ConnectionResetOnMac = 54;

    private readonly Stream _inner;

    public OutputStream(Stream inner) => _inner = inner;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _inner.Write(buffer);
        }
        // An error that the framework has no name for comes with the system's number.
        catch (IOException e) when (e.HResult is BrokenPipe or ConnectionResetOnLinux or ConnectionResetOnMac)
        {
            throw new OutputClosedException(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, $"The output cannot be written: {e.Message}", innerException: e);
        }
    }

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
