using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Streams;

/// <summary>
/// An answer that stays open and sends what comes. It holds one batch and its place among the node's items, nothing
/// else, so a slow reader holds up nobody: it finds its place gone. It ends with the items, when the host begins to
/// stop, when the reader leaves, and when the reader takes nothing for <see cref="StreamOutput.WriteTimeout"/>.
/// </summary>
internal sealed class StreamReply<T>(ControlPlane plane, IStreamContent<T> content) : IResult
{
    /// <summary>How long nothing is sent before a sign of life is.</summary>
    public static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The time between two batches while items keep coming; the first after a silence goes at once. Chosen by the
    /// benchmark "events": what 200 readers cost falls with the number of writes.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes at which a batch goes out although there is more; one item may go beyond.</summary>
    public const int MaxBatch = 64 * 1024;

    private readonly TimeProvider _time = plane.Time;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        SetHeaders(httpContext);
        // One source for every end, so that whatever is awaited ends by it.
        using CancellationTokenSource end = new(Timeout.InfiniteTimeSpan, _time);
        using CancellationTokenRegistration left = httpContext.RequestAborted.UnsafeRegister(Cancel, end);
        using CancellationTokenRegistration stopping = plane.Stopping.UnsafeRegister(Cancel, end);
        try
        {
            // A reader that has not taken the last batch would be waited for at the end of the response.
            if (!await RunAsync(new StreamOutput(httpContext, end), end))
                httpContext.Abort();
        }
        catch (Exception exception)
        {
            // The status has gone out: only a connection that breaks off tells the reader that this is not the end.
            httpContext.Abort();
            if (!plane.Stopping.IsCancellationRequested)
                Filters.Log.RequestFailed(plane.Logger, httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName, ErrorReply.TraceId(httpContext), exception);
        }
    }

    private void SetHeaders(HttpContext http)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentType = content.ContentType;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = Reply.NoSniff;
        // Without it nginx gathers what comes until it has a buffer full.
        headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>False when something was left that the reader did not take.</summary>
    private async Task<bool> RunAsync(StreamOutput output, CancellationTokenSource end)
    {
        IAsyncEnumerator<T> items = content.Watch(end.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool>? next = null;
        try
        {
            long sentAt = _time.GetTimestamp();
            for (bool begun = false; !end.IsCancellationRequested; begun = true)
            {
                bool ended = false;
                while (output.Unsent < MaxBatch)
                {
                    next ??= items.MoveNextAsync().AsTask();
                    if (!next.IsCompleted)
                        break;
                    if (next.IsCanceled)
                        return true;
                    ended = !await next;
                    if (ended)
                        break;
                    next = null;
                    content.Write(output, items.Current);
                    // To ask for more would be to wait for it, and to be woken up in the pause.
                    if (content.IsNewest(items.Current))
                        break;
                }

                bool full = output.Unsent >= MaxBatch;
                bool any = output.Unsent > 0;
                content.WriteDue(output);
                if (ended)
                    content.WriteEnd(output);
                if (output.Unsent == 0 && _time.GetElapsedTime(sentAt) >= KeepAliveAfter)
                    System.Buffers.BuffersExtensions.Write(output, content.KeepAlive);
                if (output.Unsent > 0 || !begun)
                {
                    sentAt = _time.GetTimestamp();
                    if (!await output.FlushAsync())
                        return false;
                }

                if (ended)
                    return true;
                if (full)
                    continue;
                if (any)
                    await Task.Delay(Left(sentAt, Pause), _time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                else
                    await ((Task)(next ??= items.MoveNextAsync().AsTask())).WaitAsync(Shorter(content.DueIn, Left(sentAt, KeepAliveAfter)), _time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return true;
        }
        finally
        {
            // An enumerator is disposed only when it is not moving.
            await end.CancelAsync();
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await items.DisposeAsync();
        }
    }

    // Up to the next whole millisecond, as timers count: one that fired before would fire again and again.
    private TimeSpan Left(long since, TimeSpan of) =>
        TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((of - _time.GetElapsedTime(since)).TotalMilliseconds)));

    private static TimeSpan Shorter(TimeSpan due, TimeSpan left) => due != Timeout.InfiniteTimeSpan && due < left ? due : left;

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
}
