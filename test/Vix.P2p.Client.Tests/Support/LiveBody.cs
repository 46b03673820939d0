using System.IO.Pipelines;
using System.Text;

namespace Vix.P2p.Client.Tests.Support;

/// <summary>The body of a stream, written while it is read.</summary>
internal sealed class LiveBody
{
    private readonly Pipe _pipe = new();

    public LiveBody(string mediaType = "text/event-stream")
    {
        Response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(_pipe.Reader.AsStream()) };
        Response.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
    }

    public HttpResponseMessage Response { get; }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(byte[] bytes) => await _pipe.Writer.WriteAsync(bytes);

    /// <summary>Ends the stream, in order or by an error.</summary>
    public void End(Exception? error = null) => _pipe.Writer.Complete(error);
}
