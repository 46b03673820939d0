using Vix.P2p.Benchmarks.Links;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>What a careful user of a stream writes: frames gathered into 64 KiB, written when full, read into a larger buffer.</summary>
internal sealed class StreamFlow : IFlow
{
    private readonly int _size;
    private readonly StreamLink _link;
    private readonly Tally _tally;
    private readonly byte[] _message;
    private readonly byte[] _gathered;
    private readonly Task _reading;

    public StreamFlow(int size, StreamLink link)
    {
        _size = size;
        _link = link;
        _tally = new Tally(size);
        _message = new byte[size];
        _gathered = new byte[MessageFrames.Room(size)];
        _reading = Task.Run(ReadAsync);
    }

    public async Task<long> RunAsync(TimeSpan time)
    {
        _tally.Begin();
        MessageClock clock = new(_size, time);
        int at = 0;
        bool last;
        do
        {
            if (_gathered.Length - at < MessageFrames.Prefix + _size)
            {
                await _link.Client.WriteAsync(_gathered.AsMemory(0, at));
                at = 0;
            }

            last = clock.Stamp(_message);
            MessageFrames.Write(_message, _gathered.AsSpan(at));
            at += MessageFrames.Prefix + _size;
        }
        while (!last);
        await _link.Client.WriteAsync(_gathered.AsMemory(0, at));
        return await _tally.Done;
    }

    public async ValueTask DisposeAsync()
    {
        await _link.Client.DisposeAsync();
        await _reading;
        await _link.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[4 * MessageFrames.Room(_size)];
        int length = 0;
        while (await _link.Server.ReadAsync(buffer.AsMemory(length)) is > 0 and int read)
        {
            length += read;
            int walked = MessageFrames.Walk(buffer.AsSpan(0, length), _tally);
            buffer.AsSpan(walked, length - walked).CopyTo(buffer);
            length -= walked;
        }
    }
}
