namespace Vix.P2p.Cli.Control;

/// <summary>Keeps the body of the last answer as it came, for <c>--json</c>: members that this program does not know are in it.</summary>
internal sealed class BodyCapture : DelegatingHandler
{
    private readonly long _maxBytes;

    public BodyCapture(HttpMessageHandler inner, long maxBytes)
        : base(inner) =>
        _maxBytes = maxBytes;

    /// <summary>Whether bodies are kept; not those that go on and on.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>The body of the last answer that was JSON; null before, and where it was none.</summary>
    public string? Body { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Body = null;
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (IsOn && response.Content.Headers.ContentType?.MediaType is ("application/json" or "application/problem+json" or "application/x-ndjson"))
        {
            await response.Content.LoadIntoBufferAsync(_maxBytes, cancellationToken).ConfigureAwait(false);
            Body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }

        return response;
    }
}
