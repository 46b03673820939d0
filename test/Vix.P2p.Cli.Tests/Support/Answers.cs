using System.Text;

namespace Vix.P2p.Cli.Tests.Support;

/// <summary>A server that answers as a test says, which need not be as a control plane does.</summary>
internal sealed class Answers : HttpMessageHandler
{
    private readonly Func<HttpRequestMessage, HttpResponseMessage> _answer;

    public Answers(Func<HttpRequestMessage, HttpResponseMessage> answer) => _answer = answer;

    public List<HttpRequestMessage> Requests { get; } = [];

    /// <summary>A run that asks it.</summary>
    public CliRun NewRun() => new CliRun().With(handler: _ => this);

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Stream(Stream body, string type) =>
        new(HttpStatusCode.OK) { Content = new StreamContent(body) { Headers = { ContentType = new(type) } } };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (Requests)
            Requests.Add(request);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_answer(request));
    }
}
