using System.Buffers;
using System.IO.Pipelines;
using Vix.P2p.Benchmarks.Links;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>A bare loop over the pipes of a stream: no call a message but the pipe's own, no wait but for 64 KiB.</summary>
internal sealed class PipeFlow : IFlow
{
    private readonly int _size;
    private readonly StreamLink _link;
    private readonly Tally _tally;
    private readonly byte[] _message;
    private readonly PipeWriter _writer;
    private readonly Task _reading;

    public PipeFlow(int size, StreamLink link)
    {
        _size = size;
        _link = link;
        _tally = new Tally(size);
        _message = new byte[size];
        _writer = PipeWriter.Create(link.Client, new StreamPipeWriterOptions(minimumBufferSize: MessageFrames.Room(size)));
        _reading = Task.Run(ReadAsync);
    }

    public async Task<long> RunAsync(TimeSpan time)
    {
        _tally.Begin();
        MessageClock clock = new(_size, time);
        int room = MessageFrames.Room(_size);
        bool last;
        do
        {
            last = clock.Stamp(_message);
            MessageFrames.Write(_message, _writer.GetSpan(MessageFrames.Prefix + _size));
            _writer.Advance(MessageFrames.Prefix + _size);
            if (last || _writer.UnflushedBytes > room - MessageFrames.Prefix - _size)
                await _writer.FlushAsync();
        }
        while (!last);
        return await _tally.Done;
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.CompleteAsync();
        await _reading;
        await _link.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        PipeReader reader = PipeReader.Create(_link.Server, new StreamPipeReaderOptions(bufferSize: 2 * MessageFrames.Room(_size)));
        byte[] across = new byte[MessageFrames.Prefix + _size];
        while (true)
        {
            ReadResult read = await reader.ReadAsync();
            SequencePosition walked = Walk(read.Buffer, across);
            reader.AdvanceTo(walked, read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    // All messages have one size here, so one that lies across two segments is put together in a buffer of that size.
    private SequencePosition Walk(ReadOnlySequence<byte> buffer, byte[] across)
    {
        while (buffer.Length >= across.Length)
        {
            int walked = MessageFrames.Walk(buffer.FirstSpan, _tally);
            buffer = buffer.Slice(walked);
            if (walked > 0 || buffer.Length < across.Length)
                continue;
            buffer.Slice(0, across.Length).CopyTo(across);
            buffer = buffer.Slice(MessageFrames.Walk(across, _tally));
        }

        return buffer.Start;
    }
}
