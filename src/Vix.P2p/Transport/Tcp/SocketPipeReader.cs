using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Vix.P2p.Transport.Tcp;

/// <summary>
/// The receiving half of a socket as a pipe whose unread bytes always lie in one array, so that a record is opened
/// where it arrived. A silent connection holds no buffer. The peer's end reads as IsCompleted, and so does a local
/// abort or dispose, whose cause the caller knows; a reset or another failure throws <see cref="IOException"/>.
/// </summary>
/// <remarks>
/// Every receive runs on the reader's own call and never waits; only the zero-byte wait is asynchronous. So no buffer
/// is ever in the system's hands, whatever aborts the socket and when.
/// </remarks>
internal sealed class SocketPipeReader : PipeReader, IDisposable
{
    private const int Idle = 0;
    private const int InUse = 1;
    private const int Released = 2;

    private readonly Socket _socket;
    private readonly SocketReadWait _wait;
    private ReceiveBuffer _buffer;
    private IOException? _failure;
    private bool _ended;
    private bool _filled;
    private int _use;
    private volatile bool _closed;

    /// <summary>Reads a connected socket that is in non-blocking mode.</summary>
    public SocketPipeReader(Socket socket, ArrayPool<byte> pool)
    {
        _socket = socket;
        _wait = new SocketReadWait(socket);
        _buffer = new ReceiveBuffer(pool);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        ReadCoreAsync(0, cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (!Enter())
        {
            result = Closed();
            return true;
        }

        bool cancelled = _wait.TakeCancel();
        int wanted = _buffer.Unexamined;
        if (!cancelled && !IsSatisfied(wanted))
        {
            ThrowIfFailed(leave: true);
            if (!TryReceive() || !IsSatisfied(wanted))
            {
                _buffer.Trim();
                ThrowIfFailed(leave: true);
                Leave();
                result = default;
                return false;
            }
        }

        result = Result(cancelled);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // What was read was the end that a close left: the buffer is that thread's, which may be freeing it just now.
        if (Volatile.Read(ref _use) == Released)
            return;
        _buffer.Advance(consumed, examined);
        Leave();
    }

    public override void CancelPendingRead() => _wait.Cancel();

    /// <summary>Ends the reading by the reader itself, which no longer touches what it has read.</summary>
    public override void Complete(Exception? exception = null)
    {
        Interlocked.CompareExchange(ref _use, Idle, InUse);
        Close();
    }

    /// <summary>
    /// Ends the reading from any thread. A buffer that the reader is using stays its own until it advances or completes.
    /// </summary>
    public void Close()
    {
        _closed = true;
        Release();
    }

    /// <summary>Frees what waits on the socket, once that is disposed.</summary>
    public void Dispose() => _wait.Dispose();

    protected override ValueTask<ReadResult> ReadAtLeastAsyncCore(int minimumSize, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimumSize, ReceiveBuffer.MaxBlock);
        return ReadCoreAsync(minimumSize, cancellationToken);
    }

    private ValueTask<ReadResult> ReadCoreAsync(int minimum, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        if (!Enter())
            return new ValueTask<ReadResult>(Closed());
        if (_wait.TakeCancel())
            return new ValueTask<ReadResult>(Result(isCanceled: true));
        int wanted = Math.Max(minimum, _buffer.Unexamined);
        if (IsSatisfied(wanted))
            return new ValueTask<ReadResult>(Result(isCanceled: false));
        // In full flow the next bytes are there already; a quiet connection would rent a block to find nothing.
        return _buffer.IsBulk && _failure is null && TryReceive() && IsSatisfied(wanted)
            ? new ValueTask<ReadResult>(Result(isCanceled: false))
            : ReadSlowAsync(wanted, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadSlowAsync(int wanted, CancellationToken cancellationToken)
    {
        bool done = false;
        try
        {
            while (!IsSatisfied(wanted))
            {
                ThrowIfFailed(leave: false);
                // What filled its room may have left more behind; anything less has emptied the socket.
                if (_filled && TryReceive())
                    continue;
                _buffer.Trim();
                ValueTask<SocketWake> wait = _wait.WaitAsync();
                SocketWake wake;
                // Registered after the wait has begun: a token cancelled by now runs the callback here, and finds it.
                using (cancellationToken.UnsafeRegister(static wait => ((SocketWait)wait!).Interrupt(), _wait))
                    wake = await wait.ConfigureAwait(false);
                if (wake == SocketWake.Interrupted)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    done = true;
                    return Result(isCanceled: true);
                }

                TryReceive();
            }

            done = true;
            return Result(isCanceled: false);
        }
        finally
        {
            if (!done)
                Leave();
        }
    }

    private bool TryReceive()
    {
        Span<byte> room = _buffer.GetRoom();
        SocketError error;
        int received;
        try
        {
            received = _socket.Receive(room, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            _ended = true;
            _buffer.Trim();
            return true;
        }

        _filled = received == room.Length;
        if (received > 0)
        {
            _buffer.Add(received);
            return true;
        }

        if (error is SocketError.WouldBlock or SocketError.IOPending or SocketError.TryAgain)
            return false;
        // Linux tells of a reset once, and the wait may have been the one to hear it: a receive then reads an end.
        if (error == SocketError.Success)
            error = _wait.SocketError;
        if (error == SocketError.Success || _closed)
            _ended = true;
        else
            _failure = SocketErrors.ToIOException(error);
        // Nothing comes any more that the room could be for.
        _buffer.Trim();
        return true;
    }

    private bool IsSatisfied(int wanted) => _buffer.Length >= wanted || _ended;

    private ReadResult Result(bool isCanceled) => new(_buffer.Sequence, isCanceled, _ended);

    private static ReadResult Closed() => new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);

    private void ThrowIfFailed(bool leave)
    {
        if (_failure is null)
            return;
        if (leave)
            Leave();
        // A new one each time: a thrown exception is not thrown again on another stack.
        throw new IOException(_failure.Message, _failure.InnerException);
    }

    private bool Enter() => Interlocked.CompareExchange(ref _use, InUse, Idle) != Released;

    // The full fence orders the leaving before the look at _closed, as Close orders its own two the other way round:
    // one of the two sees the other, and only one wins the exchange that frees.
    private void Leave()
    {
        Interlocked.CompareExchange(ref _use, Idle, InUse);
        if (_closed)
            Release();
    }

    private void Release()
    {
        if (Interlocked.CompareExchange(ref _use, Released, Idle) == Idle)
            _buffer.Free();
    }
}
