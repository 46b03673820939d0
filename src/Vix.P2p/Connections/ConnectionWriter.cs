using System.Buffers;
using System.IO.Pipelines;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// The sending half of a connection. Whoever adds a frame and finds the writer idle becomes it; others leave their
/// bytes in the queue. The writer alone touches pipe and cipher: it seals what waits into full records and flushes
/// once a batch.
/// </summary>
internal sealed class ConnectionWriter : IDisposable
{
    private const int RecordsBeforeYield = 64;

    private readonly Lock _gate = new();
    private readonly PipeWriter _output;
    private readonly RecordSealer _sealer;
    private readonly SendQueue _queue;
    private readonly ConnectionSettings _settings;
    private readonly Action _failed;
    private TaskCompletionSource? _idle;
    private bool _open;
    private bool _busy;
    private bool _broken;
    private long _turn;
    private int _turnRecords;
    private long _flushStarted;
    private long _bytes;
    private long _lastBatch;

    /// <param name="failed">Called once, from the writer, when nothing can be sent any more.</param>
    public ConnectionWriter(PipeWriter output, RecordSealer sealer, ConnectionSettings settings, Action failed)
    {
        _output = output;
        _sealer = sealer;
        _settings = settings;
        _failed = failed;
        _queue = new SendQueue(settings.SendQueueBytes, settings.Budget);
    }

    /// <summary>Bytes given to the transport.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes that wait.</summary>
    public int QueuedBytes => _queue.Length;

    /// <summary>The timestamp at which the flush under way began; 0 when there is none.</summary>
    public long FlushStarted => Volatile.Read(ref _flushStarted);

    public SendQueueResult TrySend(FrameKind kind, ReadOnlySpan<byte> body)
    {
        SendQueueResult result;
        bool start;
        lock (_gate)
        {
            result = _queue.TryAdd(kind, body);
            _open |= kind == FrameKind.Ready && result == SendQueueResult.Added;
            start = result == SendQueueResult.Added && Claim();
        }

        if (start)
            Start();
        else if (result == SendQueueResult.Full)
            _settings.Limits.Reject(NodeLimit.SendQueueBytes);
        else if (result == SendQueueResult.NodeFull)
            _settings.Limits.Reject(NodeLimit.SendQueueBytesTotal);
        return result;
    }

    public void Ping(ulong opaque)
    {
        bool start;
        lock (_gate)
        {
            _queue.Ping(opaque);
            start = Claim();
        }

        if (start)
            Start();
    }

    public void Pong(ulong opaque)
    {
        bool start;
        lock (_gate)
        {
            _queue.Pong(opaque);
            start = Claim();
        }

        if (start)
            Start();
    }

    /// <summary>The other side's Ready has come: from now on this side may send.</summary>
    public void Open()
    {
        lock (_gate)
            _open = true;
    }

    /// <summary>
    /// Takes no more and sends Close after what waits; where Ready has not been sent or received yet, without Close,
    /// which must not be the first frame.
    /// </summary>
    public void Close(CloseCode code)
    {
        bool start;
        lock (_gate)
        {
            if (_open)
                _queue.Close(code);
            else
                _queue.End();
            start = Claim();
        }

        if (start)
            Start();
    }

    /// <summary>Completes when the writer is idle: all that waited has gone to the transport, or cannot.</summary>
    public async Task<bool> FlushAsync()
    {
        Task idle;
        lock (_gate)
        {
            if (!_busy)
                return !_broken;
            idle = (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await idle.ConfigureAwait(false);
        lock (_gate)
            return !_broken;
    }

    /// <summary>Takes no more, sends what waits and half-closes.</summary>
    public async Task EndAsync()
    {
        lock (_gate)
            _queue.End();
        await FlushAsync().ConfigureAwait(false);
        await _output.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Frees what the writer holds; only after <see cref="EndAsync"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
            _queue.Dispose();
        _sealer.Dispose();
    }

    private bool Claim() => !_busy && !_broken && !_queue.IsEmpty && (_busy = true);

    // The task is awaited through FlushAsync and EndAsync: it never fails and says when it is idle.
    private void Start() => _ = WriteAsync();

    private async Task WriteAsync()
    {
        bool sent = true;
        _turn = _settings.Time.GetTimestamp();
        _turnRecords = 0;
        try
        {
            while (sent && TryTakeBatch(out byte[] batch, out int length))
            {
                try
                {
                    sent = await SendAsync(batch.AsMemory(0, length)).ConfigureAwait(false);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(batch);
                    lock (_gate)
                        _queue.Sent();
                }
            }
        }
        catch (Exception e)
        {
            // The transport's own exception, of whatever type it has; the connection ends with a reason instead.
            Log.SendFailed(_settings.Log, e.Message);
            sent = false;
        }

        if (sent)
            return;
        TaskCompletionSource? idle;
        lock (_gate)
        {
            _broken = true;
            _queue.Dispose();
            idle = BecomeIdle();
        }

        _failed();
        idle?.SetResult();
    }

    // Clears the busy mark in the same lock that finds the queue empty, so that no frame is left without a writer.
    private bool TryTakeBatch(out byte[] batch, out int length)
    {
        TaskCompletionSource? idle;
        lock (_gate)
        {
            if (!_queue.IsEmpty)
            {
                batch = ArrayPool<byte>.Shared.Rent(_queue.TakeSize);
                length = _queue.Take(batch);
                return true;
            }

            idle = BecomeIdle();
        }

        idle?.SetResult();
        batch = [];
        length = 0;
        return false;
    }

    private TaskCompletionSource? BecomeIdle()
    {
        TaskCompletionSource? idle = _idle;
        _idle = null;
        _busy = false;
        return idle;
    }

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> frames)
    {
        while (!frames.IsEmpty)
        {
            // Counted over batches: whoever became the writer is a producer or the read loop, and must not write for
            // all others as long as they keep adding.
            if (_turnRecords >= RecordsBeforeYield || _settings.Time.GetElapsedTime(_turn).TotalMilliseconds > 1)
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                _turn = _settings.Time.GetTimestamp();
                _turnRecords = 0;
            }

            int part = Math.Min(frames.Length, RecordSealer.MaxPlaintext);
            if (!Seal(frames.Span[..part]))
                return false;
            frames = frames[part..];
            _turnRecords++;
        }

        long now = Math.Max(1, _settings.Time.GetTimestamp());
        if (_settings.IsQuiet(_lastBatch, now))
            _sealer.Rest();
        _lastBatch = now;
        Volatile.Write(ref _flushStarted, now);
        try
        {
            FlushResult result = await _output.FlushAsync().ConfigureAwait(false);
            return !result.IsCompleted && !result.IsCanceled;
        }
        finally
        {
            Volatile.Write(ref _flushStarted, 0);
        }
    }

    private bool Seal(ReadOnlySpan<byte> plaintext)
    {
        Span<byte> record = _output.GetSpan(plaintext.Length + RecordSealer.HeaderLength + RecordSealer.TagLength);
        if (!_sealer.TrySeal(plaintext, record, out int written))
            return false;
        _output.Advance(written);
        Volatile.Write(ref _bytes, _bytes + written);
        return true;
    }
}
