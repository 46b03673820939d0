using Vix.P2p.Client.Requests;
using Vix.P2p.Client.Responses;

namespace Vix.P2p.Client.Streams;

/// <summary>Reads from a stream that gives a sign of life from time to time.</summary>
internal static class LiveRead
{
    /// <summary>What comes next; 0 at the end.</summary>
    /// <exception cref="HttpRequestException">The stream was cut off, or silent for too long.</exception>
    public static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, TimeProvider time, CancellationToken cancellationToken)
    {
        using Deadline silence = new(StreamLimits.Silence, time, cancellationToken);
        try
        {
            return await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (silence.IsOver)
        {
            string message = $"The stream was silent for {StreamLimits.Silence.TotalSeconds} s.";
            throw new HttpRequestException(HttpRequestError.Unknown, message, new TimeoutException(message, e));
        }
        catch (IOException e) when (cancellationToken.IsCancellationRequested)
        {
            // Handlers differ in what they say of a read that was given up.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (IOException e)
        {
            throw Answer.CutOff(e);
        }
    }
}
