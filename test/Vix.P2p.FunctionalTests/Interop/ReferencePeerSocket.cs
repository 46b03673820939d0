using System.Net.Sockets;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The bytes of one connection, read exactly and under one deadline for the whole conversation.</summary>
internal sealed class ReferencePeerSocket : IDisposable
{
    private readonly Socket _socket;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _deadline;
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;

    public ReferencePeerSocket(Socket socket, TimeSpan deadline, CancellationToken cancellationToken)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _caller = cancellationToken;
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _deadline.CancelAfter(deadline);
    }

    /// <summary>Whether the end was a reset: what a side gets that closes with our bytes unread.</summary>
    public bool WasReset { get; private set; }

    /// <summary>Null when the other side has closed before the first of these bytes.</summary>
    /// <exception cref="ReferencePeerException">It closed in the middle of them.</exception>
    /// <exception cref="TimeoutException">The conversation's deadline has passed.</exception>
    public async ValueTask<byte[]?> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            if (_start == _end && !await FillAsync())
            {
                return filled == 0 ? null : throw new ReferencePeerException($"Closed after {filled} of {count} bytes.");
            }

            var part = Math.Min(count - filled, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(filled));
            _start += part;
            filled += part;
        }

        return bytes;
    }

    /// <summary>Reads and drops until the other side closes; returns how much there was.</summary>
    public async Task<long> ReadToEndAsync()
    {
        long total = _end - _start;
        while (await FillAsync())
        {
            total += _end;
        }

        return total;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, _deadline.Token)..];
            }
        }
        catch (OperationCanceledException error) when (!_caller.IsCancellationRequested)
        {
            throw new TimeoutException("The other side takes no bytes.", error);
        }
    }

    /// <summary>Ends our direction and leaves theirs open.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends both directions with a reset.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _deadline.Dispose();
    }

    private async ValueTask<bool> FillAsync()
    {
        _start = _end = 0;
        try
        {
            _end = await _socket.ReceiveAsync(_buffer, _deadline.Token);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            WasReset = true;
        }
        catch (OperationCanceledException error) when (!_caller.IsCancellationRequested)
        {
            throw new TimeoutException("The other side says nothing.", error);
        }

        return _end > 0;
    }
}
