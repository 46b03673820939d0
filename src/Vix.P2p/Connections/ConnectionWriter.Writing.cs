using System.Buffers;
using System.IO.Pipelines;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <content>The writer itself: one at a time, whoever claimed it.</content>
internal sealed partial class ConnectionWriter
{
    /// <summary>The writer, as far as it goes without waiting; only after <see cref="Claim"/>.</summary>
    public void Execute()
    {
        _turn = _settings.Time.GetTimestamp();
        _turnRecords = 0;
        try
        {
            Write();
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    // Nothing follows a Close.
    private bool HasCredit => !Queue.IsEnded && Traffic.HasControl;

    private Task<bool> Wait(long target)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _flushes.Add((target, done));
        return done.Task;
    }

    // Resumed by the transport when a flush that had to wait is over.
    private void Resume()
    {
        try
        {
            _turn = _settings.Time.GetTimestamp();
            _turnRecords = 0;
            if (EndFlush())
                Write();
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    private void Write()
    {
        while (TryTake(out int control))
        {
            // Counted over records: whoever became the writer is a producer or the read loop, and must not write for all
            // others as long as they keep adding.
            if (!Seal(control))
            {
                Break(null);
                return;
            }

            ValueTask<FlushResult> flush = _output.FlushAsync();
            _flush = flush.ConfigureAwait(false).GetAwaiter();
            if (!_flush.IsCompleted)
            {
                _flush.UnsafeOnCompleted(_resume ??= Resume);
                return;
            }

            if (!EndFlush())
                return;
            if (_turnRecords >= RecordsBeforeYield || _settings.Time.GetElapsedTime(_turn).TotalMilliseconds > 1)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
    }

    // Clears the busy mark in the same lock that finds nothing to send, so that no frame is left without a writer.
    private bool TryTake(out int control)
    {
        List<TaskCompletionSource<bool>>? done;
        control = 0;
        lock (Gate)
        {
            if (Queue.HasControl || HasCredit)
            {
                if (_control.Length == 0)
                    _control = ArrayPool<byte>.Shared.Rent(ControlRoom);
                control = Queue.TakeHeartbeats(_control);
                if (HasCredit)
                    control += Traffic.WriteControl(_control.AsSpan(control));
            }

            bool block = Queue.TryTakeBlock(out _block);
            if (!block)
            {
                Span<byte> close = stackalloc byte[8];
                int length = Queue.TakeClose(close);
                if (length > 0)
                {
                    if (_control.Length == 0)
                        _control = ArrayPool<byte>.Shared.Rent(ControlRoom);
                    close[..length].CopyTo(_control.AsSpan(control));
                    control += length;
                }
            }

            if (block || control > 0)
                return true;
            _busy = false;
            ReturnControl();
            done = TakeDone(long.MaxValue);
        }

        Complete(done, true);
        return false;
    }

    private bool Seal(int control)
    {
        long now = Math.Max(1, _settings.Time.GetTimestamp());
        if (_settings.IsQuiet(_lastRecord, now))
            _sealer.Rest();
        Volatile.Write(ref _flushStarted, now);
        return (control == 0 || Seal(_control.AsSpan(0, control)))
            && (_block.Length == 0 || Seal(_block.Array.AsSpan(0, _block.Length)));
    }

    private bool Seal(ReadOnlySpan<byte> plaintext)
    {
        Span<byte> record = _output.GetSpan(plaintext.Length + RecordSealer.HeaderLength + RecordSealer.TagLength);
        if (!_sealer.TrySeal(plaintext, record, out int written))
            return false;
        _output.Advance(written);
        Volatile.Write(ref _bytes, _bytes + written);
        _turnRecords++;
        return true;
    }

    private bool EndFlush()
    {
        FlushResult result = _flush.GetResult();
        Volatile.Write(ref _flushStarted, 0);
        Volatile.Write(ref _lastRecord, _settings.Time.GetTimestamp());
        if (result.IsCompleted || result.IsCanceled)
        {
            Break(null);
            return false;
        }

        List<TaskCompletionSource<bool>>? done = null;
        lock (Gate)
        {
            if (_block.Length > 0)
            {
                _gone++;
                Queue.Sent(_block, gone: true);
                _block = default;
                if (Queue.IsLow)
                    Traffic.Refill();
                done = TakeDone(_gone);
            }
        }

        Complete(done, true);
        return true;
    }

    // Nothing can be sent any more. The exception is the transport's own, of whatever type it has; the connection ends
    // with a reason instead.
    private void Break(Exception? exception)
    {
        if (exception is not null)
            Log.SendFailed(_settings.Log, exception.Message);
        Volatile.Write(ref _flushStarted, 0);
        List<TaskCompletionSource<bool>>? done;
        lock (Gate)
        {
            _broken = true;
            _busy = false;
            if (_block.Length > 0)
                Queue.Sent(_block, gone: false);
            _block = default;
            Queue.Dispose();
            ReturnControl();
            done = TakeDone(long.MaxValue);
        }

        _failed();
        Complete(done, false);
    }

    private void ReturnControl()
    {
        if (_control.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_control);
        _control = [];
    }

    private List<TaskCompletionSource<bool>>? TakeDone(long gone)
    {
        List<TaskCompletionSource<bool>>? done = null;
        for (int i = _flushes.Count - 1; i >= 0; i--)
        {
            if (_flushes[i].Target > gone)
                continue;
            (done ??= []).Add(_flushes[i].Done);
            _flushes.RemoveAt(i);
        }

        return done;
    }

    private static void Complete(List<TaskCompletionSource<bool>>? done, bool sent)
    {
        if (done is null)
            return;
        foreach (TaskCompletionSource<bool> flush in done)
            flush.SetResult(sent);
    }
}
