using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>
/// A two-way stream of bytes to a peer. Both directions end by themselves (<see cref="CompleteWritesAsync"/>), or both
/// at once (<see cref="Abort"/>). One reader and one writer may use it at the same time. Disposing ends what is written
/// in good order and asks the other side to send no more.
/// </summary>
public sealed class P2pStream : Stream
{
    internal P2pStream(PeerChannel channel, string protocol)
    {
        Peer = channel.Peer;
        Protocol = protocol;
    }

    /// <summary>The peer at the other end.</summary>
    public P2pPeer Peer { get; }

    /// <summary>The protocol's name and version.</summary>
    public string Protocol { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends this side's direction: the other side reads an end after what was written. Reading goes on.</summary>
    /// <param name="cancellationToken">Ends the waiting for a place in the send queue.</param>
    /// <exception cref="P2pStreamException">The stream broke off.</exception>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Ends both directions at once; reads and writes of both sides fail with the code.</summary>
    /// <param name="code">0 to 2^28 − 1: a number of <see cref="P2pErrorCode"/> or of the application.</param>
    public void Abort(int code = P2pErrorCode.Cancelled) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
