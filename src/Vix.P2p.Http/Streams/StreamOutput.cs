using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Streams;

/// <summary>The body of a stream: counts what is in the batch, and sends a batch in bounded time or not at all.</summary>
/// <param name="http">The request.</param>
/// <param name="end">The end of the stream, which a reader that takes nothing brings about.</param>
internal sealed class StreamOutput(HttpContext http, CancellationTokenSource end) : IBufferWriter<byte>
{
    /// <summary>How long a reader may take for one batch.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    private readonly PipeWriter _body = http.Response.BodyWriter;

    /// <summary>Bytes that have not been sent yet.</summary>
    public int Unsent { get; private set; }

    public void Advance(int count)
    {
        _body.Advance(count);
        Unsent += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _body.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _body.GetSpan(sizeHint);

    /// <summary>
    /// Sends the batch, and the headers where they have not been sent. False when the reader has gone, or the stream has
    /// ended before it took all.
    /// </summary>
    public async ValueTask<bool> FlushAsync()
    {
        try
        {
            end.CancelAfter(WriteTimeout);
            bool gone = false;
            if (Unsent > 0)
                gone = (await _body.FlushAsync(end.Token)).IsCompleted;
            else
            {
                // A pipe that middleware has put around the body passes on no flush of nothing.
                await http.Response.Body.FlushAsync(end.Token);
            }

            end.CancelAfter(Timeout.InfiniteTimeSpan);
            Unsent = 0;
            return !gone;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException || http.RequestAborted.IsCancellationRequested)
        {
            // Servers differ in what they say of a reader that has gone.
            return false;
        }
    }
}
