using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vix.P2p.Client.Responses;

namespace Vix.P2p.Client.Streams;

/// <summary>Reads JSON lines from an answer as they arrive. Empty lines are passed over.</summary>
internal sealed class NdjsonStream<T>(HttpResponseMessage response, JsonTypeInfo<T> type, long limit, TimeProvider time) : IDisposable
    where T : class
{
    public const string MediaType = "application/x-ndjson";

    private readonly LineSplitter _lines = new(StreamLimits.LineBytes, endsAtReturn: false);
    private readonly byte[] _buffer = new byte[StreamLimits.ReadBytes];
    private BoundedStream? _body;
    private int _start;
    private int _end;

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="P2pControlException">A line is not what it should be, or too long.</exception>
    /// <exception cref="HttpRequestException">The stream was cut off, or silent for too long.</exception>
    public async ValueTask<T?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            _body ??= new BoundedStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), limit);
            while (true)
            {
                if (TryTake(out T? next))
                    return next;
                _start = _end = 0;
                _end = await LiveRead.ReadAsync(_body, _buffer, time, cancellationToken).ConfigureAwait(false);
                if (_end == 0)
                    return Last();
            }
        }
        catch (InvalidDataException e)
        {
            throw Answer.Unreadable(response.StatusCode, _body!, e);
        }
    }

    public void Dispose()
    {
        _body?.Dispose();
        response.Dispose();
    }

    private bool TryTake(out T? next)
    {
        ReadOnlySpan<byte> input = _buffer.AsSpan(_start, _end - _start);
        while (true)
        {
            switch (_lines.Read(ref input, out ReadOnlySpan<byte> line))
            {
                case SplitResult.NeedMore:
                    next = null;
                    return false;
                case SplitResult.TooLong:
                    throw Answer.TooLarge(response.StatusCode, StreamLimits.LineBytes);
            }

            _start = _end - input.Length;
            if (line.IsEmpty || line.SequenceEqual("\r"u8))
                continue;
            next = Parse(line);
            return true;
        }
    }

    // A last line may lack its end; half of one is told by its JSON.
    private T? Last()
    {
        ReadOnlySpan<byte> rest = _lines.Rest;
        if (rest.IsEmpty)
            return null;
        try
        {
            return Parse(rest);
        }
        catch (P2pControlException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was cut off.", e);
        }
        finally
        {
            _lines.Clear();
        }
    }

    private T Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw Answer.Invalid(response.StatusCode, "A line is null.");
        }
        catch (JsonException e)
        {
            throw Answer.Invalid(response.StatusCode, "A line is not the JSON of a control plane.", e);
        }
    }
}
