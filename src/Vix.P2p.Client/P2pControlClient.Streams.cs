using System.Runtime.CompilerServices;
using Vix.P2p.Client.Requests;
using Vix.P2p.Client.Responses;
using Vix.P2p.Client.Streams;
using Vix.P2p.Contracts;

namespace Vix.P2p.Client;

/// <content>What goes on: events and log lines.</content>
public sealed partial class P2pControlClient
{
    /// <summary>
    /// Tells what changes, from now on, until it is cancelled. A connection that is lost is made again, with growing
    /// pauses, and goes on after the last event; where the server cannot, an event <see cref="P2pEventType.Resync"/>
    /// says so, and what was missed is read from the list of peers. A connection begins with the status. Throws
    /// <see cref="P2pControlException"/> where the server refuses in a way that trying again does not help.
    /// </summary>
    /// <param name="options">What is watched, and from where; null for the defaults.</param>
    /// <param name="progress">Is told when the connection comes and goes; null for nobody.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<P2pEvent> WatchAsync(
        P2pWatchOptions? options = null,
        IProgress<P2pWatchState>? progress = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using EventWatch watch = new(_sender, options ?? new P2pWatchOptions(), progress);
        while (true)
            yield return await watch.NextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the last log lines of the node, oldest first.</summary>
    /// <param name="query">Which; null for as many as the server gives.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<IReadOnlyList<P2pLogLine>> GetLogsAsync(P2pLogsQuery? query = null, CancellationToken cancellationToken = default)
    {
        using HttpRequestMessage request = LogsRequest(query, follow: false);
        return await _sender.SendAsync<IReadOnlyList<P2pLogLine>>(
            request,
            TimeSpan.Zero,
            async (response, token) =>
            {
                Answer.Require(response, NdjsonStream<P2pLogLine>.MediaType);
                using NdjsonStream<P2pLogLine> stream = new(response, P2pControlJson.TypeInfo<P2pLogLine>(), _sender.MaxResponseBytes, _sender.Time);
                List<P2pLogLine> all = [];
                while (await stream.NextAsync(token).ConfigureAwait(false) is { } line)
                    all.Add(line);
                return all;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Lists the last log lines of the node and then each new one as it is written, until the server stops, which ends
    /// the enumeration, or it is cancelled. It is not connected again: <see cref="P2pLogsQuery.After"/> goes on where one
    /// ended. A stream that is silent for 45 s is dead, as the server gives a sign of life every 15 s.
    /// </summary>
    /// <param name="query">Which to begin with; its level holds for the new ones too. Null for as many as the server gives.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<P2pLogLine> FollowLogsAsync(P2pLogsQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using HttpRequestMessage request = LogsRequest(query, follow: true);
        HttpResponseMessage response = await _sender.OpenAsync(request, NdjsonStream<P2pLogLine>.MediaType, cancellationToken).ConfigureAwait(false);
        using NdjsonStream<P2pLogLine> stream = new(response, P2pControlJson.TypeInfo<P2pLogLine>(), long.MaxValue, _sender.Time);
        while (await stream.NextAsync(cancellationToken).ConfigureAwait(false) is { } line)
            yield return line;
    }

    private HttpRequestMessage LogsRequest(P2pLogsQuery? query, bool follow) =>
        _sender.Request(HttpMethod.Get, _sender.Address.Of("/logs" + Queries.Logs(query, follow)), NdjsonStream<P2pLogLine>.MediaType);
}
