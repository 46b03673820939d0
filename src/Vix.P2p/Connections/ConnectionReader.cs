using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// The receiving half of a connection: opens records in place in the transport's buffer and hands their frames on.
/// Used by one loop at a time; only <see cref="Stop"/> may be called from elsewhere.
/// </summary>
internal sealed class ConnectionReader : IDisposable
{
    private const int RecordsBeforeYield = 64;

    private readonly PipeReader _input;
    private readonly RecordOpener _opener;
    private readonly FrameReader _assembler;
    private readonly ConnectionFrames _frames;
    private readonly ConnectionPulse _pulse;
    private readonly ConnectionSettings _settings;
    private volatile bool _stopped;
    private long _bytes;
    private long _lastBatch;
    private string? _violation;

    public ConnectionReader(PipeReader input, RecordOpener opener, ConnectionFrames frames, ConnectionPulse pulse, ConnectionSettings settings)
    {
        _input = input;
        _opener = opener;
        _frames = frames;
        _pulse = pulse;
        _settings = settings;
        _assembler = new FrameReader(settings.Budget.Pool);
    }

    /// <summary>Bytes received from the transport.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>What the protocol does not allow, when that ended the loop.</summary>
    public string? Violation => _violation;

    /// <summary>Ends the loop at the next record; from any thread.</summary>
    public void Stop()
    {
        _stopped = true;
        _input.CancelPendingRead();
    }

    /// <summary>Reads until the connection is to end.</summary>
    public async Task<ReadEnd> ReadAsync()
    {
        try
        {
            while (!_stopped)
            {
                ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> rest = read.Buffer;
                Step step = Take(ref rest);
                bool more = step == Step.GiveWay;
                _frames.Taken();
                // What is left was looked at only where it was too short to be a record.
                _input.AdvanceTo(rest.Start, more ? rest.Start : rest.End);
                if (step == Step.Violation)
                    return ReadEnd.Violation;
                if (more)
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                else if (read.IsCompleted && !_stopped)
                    return ReadEnd.Lost;
            }

            return ReadEnd.Asked;
        }
        catch (Exception e)
        {
            // The transport's own exception, of whatever type it has; a peer can cause it at will.
            Log.ReceiveFailed(_settings.Log, e.Message);
            return _stopped ? ReadEnd.Asked : ReadEnd.Lost;
        }
    }

    /// <summary>Reads and forgets until the other side has closed or the transport is aborted.</summary>
    public async Task DiscardAsync()
    {
        try
        {
            while (true)
            {
                ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
                _input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (Exception e)
        {
            Log.ReceiveFailed(_settings.Log, e.Message);
        }
    }

    public void Dispose()
    {
        _opener.Dispose();
        _assembler.Dispose();
    }

    private enum Step
    {
        NeedMore,
        GiveWay,
        Violation,
    }

    // Opens as many records as are whole, and gives way to other connections after 64 of them or 1 ms.
    private Step Take(ref ReadOnlySequence<byte> input)
    {
        long started = _settings.Time.GetTimestamp();
        int records = 0;
        bool frameCompleted = false;
        while (!_stopped)
        {
            RecordStatus status = RecordHeader.TryReadLength(input, out int length);
            if (status == RecordStatus.BadLength)
                return Fail("a record of an impossible length");
            int total = RecordSealer.HeaderLength + length;
            if (status == RecordStatus.NeedMore || input.Length < total)
                break;
            Volatile.Write(ref _bytes, _bytes + total);
            if (!Open(input.Slice(RecordSealer.HeaderLength, length), ref frameCompleted))
                return Step.Violation;
            input = input.Slice(total);
            if (++records >= RecordsBeforeYield || _settings.Time.GetElapsedTime(started).TotalMilliseconds > 1)
            {
                _pulse.Incomplete(!input.IsEmpty, recordCompleted: true, _assembler.HasPartial, frameCompleted);
                return Step.GiveWay;
            }
        }

        _pulse.Incomplete(!input.IsEmpty, recordCompleted: records > 0, _assembler.HasPartial, frameCompleted);
        if (records > 0)
        {
            if (_settings.IsQuiet(_lastBatch, started))
                _opener.Rest();
            _lastBatch = started;
        }

        return Step.NeedMore;
    }

    private bool Open(in ReadOnlySequence<byte> sealedRecord, ref bool frameCompleted)
    {
        if (sealedRecord.IsSingleSegment)
            return Open(MemoryMarshal.AsMemory(sealedRecord.First).Span, ref frameCompleted);
        byte[] whole = _settings.Budget.Pool.Rent((int)sealedRecord.Length);
        try
        {
            sealedRecord.CopyTo(whole);
            return Open(whole.AsSpan(0, (int)sealedRecord.Length), ref frameCompleted);
        }
        finally
        {
            _settings.Budget.Pool.Return(whole);
        }
    }

    // The bytes in the transport's buffer are ours alone until AdvanceTo, so they are decrypted where they lie.
    private bool Open(Span<byte> record, ref bool frameCompleted)
    {
        if (_opener.TryOpen(record, out int length) != RecordStatus.Ok)
            return Fail("a record that is not authentic") != Step.Violation;
        ReadOnlySpan<byte> plaintext = record[..length];
        bool any = false;
        while (!_stopped)
        {
            long skipped = _assembler.Skipped;
            FrameStatus status = _assembler.TryRead(ref plaintext, out FrameKind kind, out ReadOnlySpan<byte> body);
            if (_assembler.Skipped != skipped)
            {
                // An extension means nothing here, and is a frame all the same: a sign of life, and none may come before Ready.
                any = true;
                if (_frames.AwaitsFirst)
                    return Fail("another first frame than Ready or Reject") != Step.Violation;
            }

            if (status == FrameStatus.NeedMore)
                break;
            if (status != FrameStatus.Ok)
                return Fail($"a malformed frame ({status})") != Step.Violation;
            any = true;
            if (_frames.Take(kind, body) is { } violation)
                return Fail(violation) != Step.Violation;
        }

        // Once a record and not once a frame: a clock is read in the time that a small message takes as a whole.
        if (any)
        {
            frameCompleted = true;
            _pulse.FrameArrived();
        }

        return true;
    }

    private Step Fail(string violation)
    {
        _violation = violation;
        return Step.Violation;
    }
}
