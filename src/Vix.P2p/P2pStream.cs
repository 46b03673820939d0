using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>
/// A two-way stream of bytes to a peer. Both directions end by themselves (<see cref="CompleteWritesAsync"/>), or both
/// at once (<see cref="Abort"/>). One reader and one writer may use it at the same time. Disposing ends what is written
/// in good order and asks the other side to send no more.
/// </summary>
/// <remarks>
/// A write completes when its bytes are in the peer's send queue, and waits while the other side does not read. When it
/// is cancelled after some of its bytes went there, the stream is aborted: the other side would take what follows for
/// the rest of it. What has come before the other side's end can be read whatever happens then; otherwise an abort or
/// the end of the connection drops what was not read.
/// </remarks>
public sealed class P2pStream : Stream
{
    internal P2pStream(StreamState state) => State = state;

    /// <summary>The peer at the other end.</summary>
    public P2pPeer Peer => State.Channel.Peer;

    /// <summary>The protocol's name and version.</summary>
    public string Protocol => State.Protocol;

    /// <inheritdoc/>
    public override bool CanRead => !State.IsDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !State.IsDisposed;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal StreamState State { get; }

    /// <summary>Ends this side's direction: the other side reads an end after what was written. Reading goes on.</summary>
    /// <param name="cancellationToken">Ends the waiting for a place in the send queue; the direction is then not ended.</param>
    /// <exception cref="P2pStreamException">The stream broke off.</exception>
    /// <exception cref="InvalidOperationException">A write waits.</exception>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default) =>
        State.IsDisposed ? ValueTask.FromException(StreamState.Disposed()) : State.Sender.EndAsync(cancellationToken);

    /// <summary>Ends both directions at once; reads and writes of both sides fail with the code.</summary>
    /// <param name="code">0 to 2^28 − 1: a number of <see cref="P2pErrorCode"/> or of the application.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is out of its range.</exception>
    public void Abort(int code = P2pErrorCode.Cancelled)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, P2pErrorCode.Last);
        State.Abort(code);
    }

    /// <inheritdoc/>
    /// <exception cref="P2pStreamException">The stream broke off before the other side's end.</exception>
    /// <exception cref="InvalidOperationException">A read waits already.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        State.Receiver.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        ValueTask<int> read = ReadAsync(buffer.AsMemory(offset, count));
        return read.IsCompleted ? read.GetAwaiter().GetResult() : read.AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    /// <exception cref="P2pStreamException">The stream broke off, or the other side reads no more.</exception>
    /// <exception cref="InvalidOperationException">A write waits already, or the writes were completed.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        State.IsDisposed ? ValueTask.FromException(StreamState.Disposed()) : State.Sender.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Wait(WriteAsync(buffer.AsMemory(offset, count)));
    }

    /// <summary>Does nothing: what is written is on its way. <see cref="IP2pNode.FlushAsync"/> says when it went to the transport.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: what is written is on its way. <see cref="IP2pNode.FlushAsync"/> says when it went to the transport.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>
    /// Ends what is written in good order, and asks the other side to send no more when its end has not come yet. A
    /// write that waits is given up and the stream aborted. Does not throw.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        await State.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Wait(State.DisposeAsync());
        base.Dispose(disposing);
    }

    private static void Wait(ValueTask task)
    {
        if (task.IsCompleted)
            task.GetAwaiter().GetResult();
        else
            task.AsTask().GetAwaiter().GetResult();
    }
}
