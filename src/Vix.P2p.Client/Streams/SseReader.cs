using System.Text;

namespace Vix.P2p.Client.Streams;

/// <summary>
/// Reads an event stream (WHATWG HTML, section 9.2) as it arrives, whole or in pieces. The parser of the platform holds
/// a line of up to 1 GiB, which is why this one is there.
/// </summary>
/// <param name="limit">The most bytes of a line, and of the data of an event.</param>
internal sealed class SseReader(int limit)
{
    private readonly LineSplitter _lines = new(limit, endsAtReturn: true);
    private byte[] _data = [];
    private int _dataLength;
    private string _type = "";
    private string _id = "";
    private bool _isGiven;

    /// <summary>The id of the last whole event; empty where none had one.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>What the server wants its readers to wait before they connect again; null where it did not say.</summary>
    public TimeSpan? Retry { get; private set; }

    /// <summary>Takes the next event off the input. Its data is good until the next call.</summary>
    public SplitResult Read(ref ReadOnlySpan<byte> input, out SseItem item)
    {
        item = default;
        if (_isGiven)
            Forget();
        while (true)
        {
            SplitResult result = _lines.Read(ref input, out ReadOnlySpan<byte> line);
            if (result != SplitResult.Line)
                return result;
            if (!line.IsEmpty)
            {
                if (!Take(line))
                    return SplitResult.TooLong;
                continue;
            }

            LastEventId = _id;
            if (_dataLength == 0)
            {
                Forget();
                continue;
            }

            _isGiven = true;
            // The last line end is no part of the data.
            item = new SseItem(_type.Length == 0 ? "message" : _type, _data.AsSpan(0, _dataLength - 1));
            return SplitResult.Line;
        }
    }

    private void Forget()
    {
        _isGiven = false;
        _dataLength = 0;
        _type = "";
    }

    private bool Take(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? line : line[..colon];
        ReadOnlySpan<byte> value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
            value = value[1..];
        // A line that begins with a colon is a comment: its name is empty.
        if (name.SequenceEqual("data"u8))
            return Append(value);
        if (name.SequenceEqual("event"u8))
            _type = Encoding.UTF8.GetString(value);
        else if (name.SequenceEqual("id"u8) && !value.Contains((byte)0))
            _id = Encoding.UTF8.GetString(value);
        else if (name.SequenceEqual("retry"u8) && !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            Retry = TimeSpan.FromMilliseconds(int.TryParse(value, out int milliseconds) ? milliseconds : int.MaxValue);
        return true;
    }

    private bool Append(ReadOnlySpan<byte> value)
    {
        int needed = _dataLength + value.Length + 1;
        if (needed - 1 > limit)
            return false;
        if (needed > _data.Length)
            Array.Resize(ref _data, Math.Min(limit + 1, Math.Max(needed, 2 * _data.Length)));
        value.CopyTo(_data.AsSpan(_dataLength));
        _data[needed - 1] = (byte)'\n';
        _dataLength = needed;
        return true;
    }
}
