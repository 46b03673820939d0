using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>The pipe and the cipher of one direction: records go in sealed, and are flushed. For the writer alone, but for the figures.</summary>
internal sealed class RecordOutput(PipeWriter output, RecordSealer sealer, ConnectionSettings settings) : IDisposable
{
    private long _bytes;
    private long _flushStarted;
    private long _lastRecord;

    /// <summary>Bytes given to the transport.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The timestamp at which the flush under way began; 0 when there is none.</summary>
    public long FlushStarted => Volatile.Read(ref _flushStarted);

    /// <summary>How long ago the last record went.</summary>
    public TimeSpan Idle => settings.Time.GetElapsedTime(Volatile.Read(ref _lastRecord));

    /// <summary>A record is about to be sealed: from now on the peer is waited for.</summary>
    public void Begin()
    {
        long now = Math.Max(1, settings.Time.GetTimestamp());
        if (settings.IsQuiet(_lastRecord, now))
            sealer.Rest();
        Volatile.Write(ref _flushStarted, now);
    }

    /// <summary>Seals a record straight into the pipe; false when the counter is used up. Nothing to seal is no record.</summary>
    public bool TrySeal(ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.IsEmpty)
            return true;
        Span<byte> record = output.GetSpan(plaintext.Length + RecordSealer.HeaderLength + RecordSealer.TagLength);
        if (!sealer.TrySeal(plaintext, record, out int written))
            return false;
        output.Advance(written);
        Volatile.Write(ref _bytes, _bytes + written);
        return true;
    }

    public ConfiguredValueTaskAwaitable<FlushResult> FlushAsync() => output.FlushAsync().ConfigureAwait(false);

    /// <summary>The flush is over, however it went.</summary>
    public void End()
    {
        Volatile.Write(ref _lastRecord, settings.Time.GetTimestamp());
        Volatile.Write(ref _flushStarted, 0);
    }

    /// <summary>Half-closes.</summary>
    public ValueTask CompleteAsync() => output.CompleteAsync();

    public void Dispose() => sealer.Dispose();
}
