namespace Vix.P2p.Client.Tests.Support;

/// <summary>Answers as a test says, one answer a request, and remembers the requests.</summary>
internal sealed class ScriptedHandler : HttpMessageHandler
{
    private readonly Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _answers = new();
    private readonly Lock _gate = new();

    public List<SentRequest> Requests { get; } = [];

    public ScriptedHandler Answer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        lock (_gate)
            _answers.Enqueue(answer);
        return this;
    }

    public ScriptedHandler Answer(HttpResponseMessage response) => Answer((_, _) => Task.FromResult(response));

    public ScriptedHandler Answer(string body, HttpStatusCode status = HttpStatusCode.OK, string? type = "application/json") =>
        Answer(Response(body, status, type));

    public ScriptedHandler Fail(Exception exception) => Answer((_, _) => Task.FromException<HttpResponseMessage>(exception));

    public static HttpResponseMessage Response(string body, HttpStatusCode status = HttpStatusCode.OK, string? type = "application/json")
    {
        HttpResponseMessage response = new(status) { Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body)) };
        if (type is not null)
            response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return response;
    }

    /// <summary>A client of what is scripted.</summary>
    public P2pControlClient Client(string? apiKey = null, TimeProvider? time = null, Action<P2pControlClientOptions>? configure = null)
    {
        P2pControlClientOptions options = new() { BaseAddress = new Uri("http://node.example:5180/p2p"), ApiKey = apiKey };
        configure?.Invoke(options);
        return new P2pControlClient(new HttpClient(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan }, options, time);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string? body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? answer;
        lock (_gate)
        {
            Requests.Add(new SentRequest(
                request.Method.Method,
                request.RequestUri!.AbsoluteUri,
                request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
                body));
            _answers.TryDequeue(out answer);
        }

        return answer is null
            ? throw new InvalidOperationException($"Nothing is scripted for {request.Method} {request.RequestUri}.")
            : await answer(request, cancellationToken);
    }
}
