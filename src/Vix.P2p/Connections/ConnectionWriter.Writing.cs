using System.Buffers;
using System.IO.Pipelines;

namespace Vix.P2p.Connections;

/// <content>The writer itself: one at a time, whoever claimed it.</content>
internal sealed partial class ConnectionWriter
{
    private ArrayPool<byte> Pool => _settings.Budget.Pool;

    /// <summary>The writer, from the pool: sends what has been gathered meanwhile, unless somebody else does.</summary>
    public void Execute()
    {
        lock (Gate)
        {
            _scheduled = false;
            if (_busy || _broken)
                return;
            _busy = true;
        }

        Run(resumed: false);
    }

    /// <param name="resumed">By the transport: a flush that had to wait is over.</param>
    private void Run(bool resumed)
    {
        try
        {
            _turn = _settings.Time.GetTimestamp();
            _turnRecords = 0;
            if (!resumed || EndFlush())
                Write();
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    private void Write()
    {
        while (TryTake())
        {
            if (!Seal())
            {
                Break(null);
                return;
            }

            _flush = _output.FlushAsync().GetAwaiter();
            if (!_flush.IsCompleted)
            {
                _flush.UnsafeOnCompleted(_resume ??= () => Run(resumed: true));
                return;
            }

            if (!EndFlush())
                return;
            // Whoever became the writer is a producer or the read loop, and must not write for all others as long as they
            // keep adding.
            if (_turnRecords >= RecordsBeforeYield || _settings.Time.GetElapsedTime(_turn).TotalMilliseconds > 1)
            {
                lock (Gate)
                {
                    _busy = false;
                    Schedule();
                }

                return;
            }
        }
    }

    // Clears the busy mark in the same lock that finds nothing to send, so that no frame is left without a writer.
    private bool TryTake()
    {
        lock (Gate)
        {
            _control.Clear();
            if (Queue.HasControl)
                _control.Advance(Queue.TakeHeartbeats(_control.Free(Pool)));
            if (HasCredit)
                _control.Advance(Traffic.WriteControl(_control.Free(Pool)));
            // What has just begun to gather is not torn from those who fill it: they send it when it is full, or the pool
            // does in a moment.
            if (_turnRecords > 0 && _control.Length == 0 && !Queue.HasFullBlock && Queue.HasBlock && !Queue.IsEnded)
            {
                _busy = false;
                Schedule();
                return false;
            }

            if (!Queue.TryTakeBlock(out _block) && Queue.HasClose)
                _control.Advance(Queue.TakeClose(_control.Free(Pool)));
            if (_block.Length > 0 || _control.Length > 0)
                return true;
            _busy = false;
            _control.Return(Pool);
            _flushes?.Complete(_gone, sent: true);
            // Of what was dropped, nobody may think that it has gone.
            _flushes?.Complete(long.MaxValue, sent: false);
            return false;
        }
    }

    private bool Seal()
    {
        _output.Begin();
        _turnRecords++;
        return _output.TrySeal(_control.Written) && _output.TrySeal(_block.Array.AsSpan(0, _block.Length));
    }

    private bool EndFlush()
    {
        FlushResult result = _flush.GetResult();
        _output.End();
        if (result.IsCompleted || result.IsCanceled)
        {
            Break(null);
            return false;
        }

        if (_block.Length == 0)
            return true;
        lock (Gate)
        {
            Queue.Sent(_block, gone: true);
            _block = default;
            if (Queue.IsLow)
                Traffic.Refill();
            _gone++;
            _flushes?.Complete(_gone, sent: true);
        }

        return true;
    }

    // Nothing can be sent any more. The exception is the transport's own, of whatever type it has; the connection ends
    // with a reason instead.
    private void Break(Exception? exception)
    {
        if (exception is not null)
            Log.SendFailed(_settings.Log, exception.Message);
        _output.End();
        // The connection has its reason before anybody hears that a flush was in vain.
        _owner.SendingFailed();
        lock (Gate)
        {
            _broken = true;
            _busy = false;
            if (_block.Length > 0)
                Queue.Sent(_block, gone: false);
            _block = default;
            Queue.Dispose();
            _control.Return(Pool);
            _flushes?.Complete(long.MaxValue, sent: false);
        }
    }
}
