using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vix.P2p.Client.Requests;
using Vix.P2p.Client.Responses;
using Vix.P2p.Contracts;

namespace Vix.P2p.Client.Streams;

/// <summary>Reads events, over as many connections as it takes.</summary>
internal sealed class EventWatch : IDisposable
{
    private const string MediaType = "text/event-stream";
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);
    private static readonly JsonTypeInfo<P2pEvent> EventType = P2pControlJson.TypeInfo<P2pEvent>();

    private readonly ControlSender _sender;
    private readonly Uri _route;
    private readonly IProgress<P2pWatchState>? _progress;
    private readonly byte[] _buffer = new byte[StreamLimits.ReadBytes];
    private bool _isPatient;
    private string _lastEventId;
    private int _failures;
    private int _start;
    private int _end;
    private long _connectedAt;
    private SseReader? _reader;
    private HttpResponseMessage? _response;
    private Stream? _body;

    public EventWatch(ControlSender sender, P2pWatchOptions options, IProgress<P2pWatchState>? progress)
    {
        _sender = sender;
        _route = sender.Address.Of("/events" + Queries.Events(options.StatusInterval));
        _progress = progress;
        _isPatient = options.WaitForServer;
        _lastEventId = options.LastEventId ?? "";
    }

    /// <summary>The next event, when it comes.</summary>
    /// <exception cref="P2pControlException">The server refuses, or is none: connecting again would not help.</exception>
    /// <exception cref="HttpRequestException">The first connection did not come about.</exception>
    public async ValueTask<P2pEvent> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Exception? error = null;
            TimeSpan? asked = null;
            try
            {
                if (_body is null)
                    await ConnectAsync(cancellationToken).ConfigureAwait(false);
                if (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } next)
                    return next;
            }
            catch (Exception e) when (_isPatient && IsPassing(e) && !cancellationToken.IsCancellationRequested)
            {
                error = e;
                asked = (e as P2pControlException)?.RetryAfter;
            }

            await WaitAsync(error, asked ?? _reader?.Retry, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => Close();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _sender.Request(HttpMethod.Get, _route, MediaType);
        if (_lastEventId.Length > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", _lastEventId);
        _response = await _sender.OpenAsync(request, MediaType, cancellationToken).ConfigureAwait(false);
        _body = await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        _reader = new SseReader(StreamLimits.LineBytes);
        _start = _end = 0;
        _isPatient = true;
        _connectedAt = _sender.Time.GetTimestamp();
        _progress?.Report(new P2pWatchState { IsConnected = true, Failures = _failures });
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    private async ValueTask<P2pEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out P2pEvent? next))
                return next;
            _start = _end = 0;
            _end = await LiveRead.ReadAsync(_body!, _buffer, _sender.Time, cancellationToken).ConfigureAwait(false);
            if (_end == 0)
                return null;
        }
    }

    private bool TryTake(out P2pEvent? next)
    {
        ReadOnlySpan<byte> input = _buffer.AsSpan(_start, _end - _start);
        while (true)
        {
            SplitResult result = _reader!.Read(ref input, out SseItem item);
            _start = _end - input.Length;
            next = null;
            if (result == SplitResult.NeedMore)
                return false;
            if (result == SplitResult.TooLong)
                throw Answer.TooLarge(HttpStatusCode.OK, StreamLimits.LineBytes);
            next = Parse(item);
            if (IsId(_reader.LastEventId))
                _lastEventId = _reader.LastEventId;
            if (next is not null)
                return true;
        }
    }

    // An event of a kind that this client does not know may have data that it does not know either.
    private static P2pEvent? Parse(SseItem item)
    {
        try
        {
            return JsonSerializer.Deserialize(item.Data, EventType) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            return KnownEvents.Contains(item.Type)
                ? throw Answer.Invalid(HttpStatusCode.OK, $"The data of an event {item.Type} is not the JSON of a control plane.", e)
                : null;
        }
    }

    private async Task WaitAsync(Exception? error, TimeSpan? asked, CancellationToken cancellationToken)
    {
        // Only a stream that has lasted shows that the trouble is over.
        if (_body is not null && _sender.Time.GetElapsedTime(_connectedAt) >= Steady)
            _failures = 0;
        Close();
        _failures++;
        TimeSpan delay = ReconnectDelay.Of(_failures, asked, Random.Shared.NextDouble());
        _progress?.Report(new P2pWatchState { IsConnected = false, Error = error, RetryIn = delay, Failures = _failures });
        await Task.Delay(delay, _sender.Time, cancellationToken).ConfigureAwait(false);
    }

    private void Close()
    {
        _body?.Dispose();
        _response?.Dispose();
        _body = null;
        _response = null;
    }

    /// <summary>Whether trying again may help.</summary>
    private static bool IsPassing(Exception error) => error switch
    {
        HttpRequestException or TaskCanceledException { InnerException: TimeoutException } => true,
        P2pControlException refused => refused.Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        _ => false,
    };

    // What is sent in a header is a word, whatever the server says that its ids are.
    private static bool IsId(string id) =>
        id.Length is > 0 and <= StreamLimits.EventIdLetters && id.All(letter => letter is > ' ' and <= '~');
}
