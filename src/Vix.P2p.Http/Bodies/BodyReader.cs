using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Bodies;

/// <summary>Reads a request's body whole, within a size and a time.</summary>
internal static class BodyReader
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBytes = 4096;

    /// <summary>How long a body may take to arrive; a route that reads one holds a place for heavy requests meanwhile.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static readonly ControlError TooLarge =
        new(ErrorKind.PayloadTooLarge, "The body is larger than 4096 bytes.", "Send at most 4096 bytes.");

    private static readonly ControlError TooSlow =
        new(ErrorKind.InvalidJson, "The body did not arrive within 5 seconds.", "Send the body at once.");

    private static readonly ControlError Broken =
        new(ErrorKind.InvalidJson, "The body did not arrive whole.", "Send as many bytes as Content-Length says.");

    public static async ValueTask<(byte[] Body, ControlError? Error)> ReadAsync(HttpRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!JsonMediaType.Is(request.ContentType))
            return ([], JsonMediaType.Wrong);
        if (request.ContentLength > MaxBytes)
            return ([], TooLarge);
        using CancellationTokenSource timeout = new(Timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        PipeReader reader = request.BodyReader;
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(either.Token);
                ReadOnlySequence<byte> buffer = read.Buffer;
                if (buffer.Length > MaxBytes)
                {
                    reader.AdvanceTo(buffer.End);
                    return ([], TooLarge);
                }

                if (read.IsCompleted)
                {
                    byte[] body = buffer.ToArray();
                    reader.AdvanceTo(buffer.End);
                    return (body, null);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // What still comes is not read: the connection ends with the answer.
            request.HttpContext.Response.Headers.Connection = "close";
            return ([], TooSlow);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ([], TooLarge);
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], Broken);
        }
    }
}
