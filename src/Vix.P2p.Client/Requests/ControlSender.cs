using System.Net.Http.Headers;
using System.Text.Json;
using Vix.P2p.Client.Responses;
using Vix.P2p.Contracts;

namespace Vix.P2p.Client.Requests;

/// <summary>Sends requests to one control plane: with its key, in its time, and reads what comes back.</summary>
internal sealed class ControlSender(HttpClient http, ControlAddress address, P2pControlClientOptions options, TimeProvider time)
{
    private const string Json = "application/json";

    private readonly AuthenticationHeaderValue? _authorization =
        options.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;

    public ControlAddress Address => address;

    public TimeProvider Time => time;

    public long MaxResponseBytes => options.MaxResponseBytes;

    public Task<T> GetAsync<T>(Uri route, CancellationToken cancellationToken)
        where T : class =>
        SendAsync<T>(HttpMethod.Get, route, body: null, cancellationToken);

    public Task<T> PostAsync<TBody, T>(Uri route, TBody body, CancellationToken cancellationToken)
        where T : class
    {
        ByteArrayContent content = new(JsonSerializer.SerializeToUtf8Bytes(body, P2pControlJson.TypeInfo<TBody>()));
        content.Headers.ContentType = new MediaTypeHeaderValue(Json);
        return SendAsync<T>(HttpMethod.Post, route, content, cancellationToken);
    }

    public async Task<T> SendAsync<T>(HttpMethod method, Uri route, HttpContent? body, CancellationToken cancellationToken)
        where T : class
    {
        using HttpRequestMessage request = Request(method, route, Json);
        request.Content = body;
        return await SendAsync(
            request,
            TimeSpan.Zero,
            (response, token) => Answer.ReadAsync(response, P2pControlJson.TypeInfo<T>(), options.MaxResponseBytes, token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A request with the key, for an answer of one media type.</summary>
    public HttpRequestMessage Request(HttpMethod method, Uri route, string accept)
    {
        HttpRequestMessage request = new(method, route);
        request.Headers.Authorization = _authorization;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return request;
    }

    /// <summary>Sends a request and reads its answer, all within the timeout. An error is thrown unless the reader takes it.</summary>
    public async Task<T> SendAsync<T>(
        HttpRequestMessage request,
        TimeSpan extra,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken,
        Func<HttpResponseMessage, bool>? isForReader = null)
    {
        using Deadline deadline = new(Timeout(extra), time, cancellationToken);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode && isForReader?.Invoke(response) != true)
                throw await ErrorAnswer.ReadAsync(response, time, deadline.Token).ConfigureAwait(false);
            return await read(response, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            throw deadline.ToException(e);
        }
    }

    /// <summary>Begins a stream: the answer comes back once its head is there, and only its head has to be in time.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, string mediaType, CancellationToken cancellationToken)
    {
        using Deadline deadline = new(Timeout(TimeSpan.Zero), time, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw await ErrorAnswer.ReadAsync(response, time, deadline.Token).ConfigureAwait(false);
            Answer.Require(response, mediaType);
            return response;
        }
        catch (Exception e)
        {
            response?.Dispose();
            if (e is OperationCanceledException && deadline.IsOver)
                throw deadline.ToException(e);
            throw;
        }
    }

    private TimeSpan Timeout(TimeSpan extra) =>
        options.Timeout == System.Threading.Timeout.InfiniteTimeSpan ? options.Timeout : options.Timeout + extra;
}
