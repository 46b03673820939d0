namespace Vix.P2p.Http.Tests.Support;

/// <summary>Looks for secrets in each answer that comes whole. Streams are looked through by the tests that read them.</summary>
internal sealed class WatchedHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        string where = $"the answer to {request.Method} {request.RequestUri?.AbsolutePath}";
        SecretWatch.Look(where, $"{response.Headers}{response.Content.Headers}");
        if (response.Content.Headers.ContentLength is > 0 and < 1024 * 1024)
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            SecretWatch.Look(where, await response.Content.ReadAsStringAsync(cancellationToken));
        }

        return response;
    }
}
