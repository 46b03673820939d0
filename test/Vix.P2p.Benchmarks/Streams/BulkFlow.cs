using Vix.P2p.Benchmarks.Links;

namespace Vix.P2p.Benchmarks.Streams;

/// <summary>Copies so many bytes over one stream and reads them on its other side.</summary>
internal sealed class BulkFlow : IAsyncDisposable
{
    private const int ReadBytes = 64 * 1024;

    private readonly Pattern _pattern;
    private readonly StreamLink _link;
    private readonly byte[] _buffer = new byte[ReadBytes];
    private long _position;
    private bool _checked;

    public BulkFlow(Pattern pattern, StreamLink link)
    {
        _pattern = pattern;
        _link = link;
    }

    /// <summary>Moves that much and returns when all of it was read; the first time each byte is compared too.</summary>
    public async Task<long> RunAsync(long bytes)
    {
        Task reading = Task.Run(() => ReadAsync(bytes));
        await new PatternSource(_pattern, _position, bytes).CopyToAsync(_link.Client);
        await _link.Client.FlushAsync();
        await reading;
        _position += bytes;
        _checked = true;
        return bytes;
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task ReadAsync(long bytes)
    {
        long position = _position;
        long end = position + bytes;
        while (position < end)
        {
            int read = await _link.Server.ReadAsync(_buffer);
            if (read == 0 || (!_checked && !_buffer.AsSpan(0, read).SequenceEqual(_pattern.At(position, read).Span)))
                throw new InvalidOperationException($"Other bytes came at {position} than were sent.");
            position += read;
        }

        if (position != end)
            throw new InvalidOperationException("More came than was sent.");
    }
}
