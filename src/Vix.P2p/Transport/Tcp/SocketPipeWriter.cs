using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Vix.P2p.Transport.Tcp;

/// <summary>
/// The sending half of a socket as a pipe: what is written lies in one pooled array, and a flush sends it. After a
/// failure of any kind a flush returns IsCompleted; what failed is the reader's to tell. Completing half-closes.
/// </summary>
/// <remarks>
/// A flush that is cancelled ends for its caller only: its bytes are on their way, and the next flush waits for them
/// first, so the stream stays whole. Who gives up on a peer aborts.
/// </remarks>
internal sealed class SocketPipeWriter : PipeWriter, IDisposable
{
    private const int FirstBlock = 4_096;

    private readonly Socket _socket;
    private readonly ArrayPool<byte> _pool;
    private volatile SocketSend? _send;
    private byte[]? _buffer;
    private int _buffered;
    private byte[]? _outgoing;
    private int _sent;
    private int _toSend;
    private bool _completed;
    private bool _failed;

    public SocketPipeWriter(Socket socket, ArrayPool<byte> pool)
    {
        _socket = socket;
        _pool = pool;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _buffered;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Reserve(sizeHint).AsMemory(_buffered);

    public override Span<byte> GetSpan(int sizeHint = 0) => Reserve(sizeHint).AsSpan(_buffered);

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_buffer?.Length ?? 0) - _buffered);
        _buffered += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        if (_send is { } send && send.TakeCancel())
            return new ValueTask<FlushResult>(Result(isCanceled: true));
        while (TakeNext())
        {
            if (_send is null && TrySendAtOnce())
                continue;
            ValueTask<SocketWake> wait = SendAsync();
            if (!wait.IsCompleted)
                return FlushSlowAsync(wait, cancellationToken);
            // Completed means that the system took it at once; an interrupt cannot have come without a wait, except
            // by CancelPendingFlush in this very moment, which the caller is told.
            SocketWake wake = wait.Result;
            if (wake == SocketWake.Interrupted)
                return new ValueTask<FlushResult>(Result(isCanceled: true));
            Sent(wake);
        }

        return new ValueTask<FlushResult>(Result(isCanceled: false));
    }

    public override void CancelPendingFlush() => Sender().Cancel();

    /// <summary>Half-closes. What was not flushed is dropped: <see cref="CompleteAsync"/> flushes first.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_completed)
            return;
        _completed = true;
        Return(ref _buffer);
        _buffered = 0;
        // A cancelled flush may still be sending from the other array; then only the collector may take that.
        if (_send is not { IsRunning: true })
            Return(ref _outgoing);
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer or the owner was quicker; there is nothing left to close.
        }
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null && !_completed)
            await FlushAsync().ConfigureAwait(false);
        Complete(exception);
    }

    /// <summary>Frees what sends on the socket, once that is disposed.</summary>
    public void Dispose() => _send?.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> FlushSlowAsync(ValueTask<SocketWake> wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            SocketWake wake;
            // Registered after the wait has begun: a token that is cancelled by now runs the callback here, and finds it.
            using (cancellationToken.UnsafeRegister(static send => ((SocketWait)send!).Interrupt(), _send))
                wake = await wait.ConfigureAwait(false);
            if (wake == SocketWake.Interrupted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return Result(isCanceled: true);
            }

            Sent(wake);
            if (!TakeNext())
                return Result(isCanceled: false);
            wait = SendAsync();
        }
    }

    // What an earlier flush has left on its way goes before what has been written since.
    private bool TakeNext()
    {
        if (_outgoing is null)
        {
            if (_failed || _buffered == 0)
            {
                Return(ref _buffer);
                _buffered = 0;
                return false;
            }

            (_outgoing, _buffer) = (_buffer, null);
            (_toSend, _buffered) = (_buffered, 0);
            _sent = 0;
        }

        return true;
    }

    private void Sent(SocketWake wake)
    {
        SocketSend send = Sender();
        bool gone = wake == SocketWake.Disposed || send.SocketError != SocketError.Success;
        Sent(gone ? 0 : send.BytesTransferred, gone);
    }

    private void Sent(int bytes, bool failed)
    {
        _failed |= failed;
        _sent += bytes;
        if (_failed || _sent == _toSend)
            Return(ref _outgoing);
    }

    // Until the system has refused bytes for the first time nothing is made to wait with: most connections never do.
    private bool TrySendAtOnce()
    {
        SocketError error;
        int sent;
        try
        {
            sent = _socket.Send(_outgoing.AsSpan(_sent, _toSend - _sent), SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            Sent(0, failed: true);
            return true;
        }

        if (error is SocketError.WouldBlock or SocketError.IOPending or SocketError.TryAgain)
            return false;
        Sent(sent, failed: error != SocketError.Success);
        return true;
    }

    // Where a cancelled flush has left a send behind, the wait takes that up and begins no other.
    private ValueTask<SocketWake> SendAsync()
    {
        SocketSend send = Sender();
        send.Bytes = _outgoing.AsMemory(_sent, _toSend - _sent);
        return send.WaitAsync();
    }

    // Whoever cancels a flush may be the first to need it, on another thread than the writer's.
    private SocketSend Sender()
    {
        if (_send is { } known)
            return known;
        SocketSend made = new(_socket);
        if (Interlocked.CompareExchange(ref _send, made, null) is not { } other)
            return made;
        made.Dispose();
        return other;
    }

    private byte[] Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_completed)
            throw new InvalidOperationException("The output was completed.");
        int needed = _buffered + Math.Max(1, sizeHint);
        if (_buffer is null)
            return _buffer = _pool.Rent(Math.Max(FirstBlock, needed));
        if (needed <= _buffer.Length)
            return _buffer;
        byte[] larger = _pool.Rent(Math.Max(needed, 2 * _buffer.Length));
        _buffer.AsSpan(0, _buffered).CopyTo(larger);
        _pool.Return(_buffer);
        return _buffer = larger;
    }

    private FlushResult Result(bool isCanceled) => new(isCanceled, isCompleted: _failed);

    private void Return(ref byte[]? array)
    {
        if (array is not null)
            _pool.Return(array);
        array = null;
    }
}
