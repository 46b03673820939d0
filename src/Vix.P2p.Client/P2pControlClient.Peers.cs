using System.Net;
using System.Runtime.CompilerServices;
using Vix.P2p.Client.Requests;
using Vix.P2p.Client.Responses;
using Vix.P2p.Contracts;

namespace Vix.P2p.Client;

/// <content>Peers: who is there, and who should be.</content>
public sealed partial class P2pControlClient
{
    /// <summary>Lists peers: one page of them.</summary>
    /// <param name="query">Which; null for all, as far as the server gives them at once.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<P2pPeersResponse> GetPeersAsync(P2pPeersQuery? query = null, CancellationToken cancellationToken = default) =>
        (await GetPeersAsync(query, etag: null, cancellationToken).ConfigureAwait(false))!.Response;

    /// <summary>
    /// Lists peers if they have changed: null where a row has neither come nor gone nor changed state since. Ages and
    /// counters change nothing, so a caller that shows them asks without.
    /// </summary>
    /// <param name="etag">The tag of the last answer to the same query; null for the first.</param>
    /// <param name="query">Which peers; null for all, as far as the server gives them at once.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pPeersSnapshot?> GetPeersIfChangedAsync(string? etag, P2pPeersQuery? query = null, CancellationToken cancellationToken = default) =>
        GetPeersAsync(query, etag, cancellationToken);

    /// <summary>Lists peers, page after page as they are enumerated.</summary>
    /// <param name="query">Which; its limit is that of a page. Null for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<P2pPeerRow> ListPeersAsync(P2pPeersQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        P2pPeersQuery page = query ?? new P2pPeersQuery();
        while (true)
        {
            P2pPeersResponse response = await GetPeersAsync(page, cancellationToken).ConfigureAwait(false);
            foreach (P2pPeerRow row in response.Peers)
                yield return row;
            if (response.NextCursor is not { } cursor)
                yield break;
            // A page that leads nowhere would be asked for again and again.
            if (response.Peers.Count == 0 || cursor == page.Cursor)
                throw Answer.Invalid(HttpStatusCode.OK, "The pages of the list do not end.");
            page = page with { Cursor = cursor, Revision = null, Wait = null };
        }
    }

    /// <summary>Tells about one peer.</summary>
    /// <param name="id">Its id, or the key of its row.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty or made of dots.</exception>
    public Task<P2pPeerResponse> GetPeerAsync(string id, CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pPeerResponse>(_sender.Address.Of("/peers", id, nameof(id)), cancellationToken);

    /// <summary>Asks for a connection. The answer tells what was decided and does not wait for the network.</summary>
    /// <param name="request">What to dial, and how.</param>
    /// <param name="cancellationToken">Cancels the request, not the dial.</param>
    public Task<P2pConnectResponse> ConnectAsync(P2pConnectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _sender.PostAsync<P2pConnectRequest, P2pConnectResponse>(_sender.Address.Of("/connect"), request, cancellationToken);
    }

    /// <summary>Closes the connection to a peer, or ends its dial, and bans it if asked to.</summary>
    /// <param name="request">Whom, and for how long it is banned.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pDisconnectResponse> DisconnectAsync(P2pDisconnectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _sender.PostAsync<P2pDisconnectRequest, P2pDisconnectResponse>(_sender.Address.Of("/disconnect"), request, cancellationToken);
    }

    /// <summary>Lists the last dials and what became of them, newest first.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pAttemptsResponse> GetAttemptsAsync(CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pAttemptsResponse>(_sender.Address.Of("/attempts"), cancellationToken);

    /// <summary>Tells what has become of one dial.</summary>
    /// <param name="id">The <c>AttemptId</c> of the answer to a connect.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty or made of dots.</exception>
    public Task<P2pAttemptResponse> GetAttemptAsync(string id, CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pAttemptResponse>(_sender.Address.Of("/attempts", id, nameof(id)), cancellationToken);

    /// <summary>Lists the peers that the node keeps connected.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pPersistentResponse> GetPersistentAsync(CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pPersistentResponse>(_sender.Address.Of("/persistent"), cancellationToken);

    /// <summary>
    /// Adds a peer to those that the node keeps connected, for as long as its process lives. The answer is that of
    /// <see cref="ConnectAsync"/>.
    /// </summary>
    /// <param name="request">The peer.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pConnectResponse> AddPersistentAsync(P2pPersistentRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _sender.PostAsync<P2pPersistentRequest, P2pConnectResponse>(_sender.Address.Of("/persistent"), request, cancellationToken);
    }

    /// <summary>Takes a peer out of those that the node keeps connected. Its connection stays.</summary>
    /// <param name="endpoint">Its endpoint, such as <c>tcp://192.0.2.7:9001</c>.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pPersistentRemovedResponse> RemovePersistentAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        Uri route = _sender.Address.Of("/persistent?endpoint=" + Uri.EscapeDataString(endpoint));
        return _sender.SendAsync<P2pPersistentRemovedResponse>(HttpMethod.Delete, route, body: null, cancellationToken);
    }

    /// <summary>Lists the bans in force.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pBansResponse> GetBansAsync(CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pBansResponse>(_sender.Address.Of("/bans"), cancellationToken);

    /// <summary>Ends a ban.</summary>
    /// <param name="id">The id of the peer.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty or made of dots.</exception>
    public Task<P2pUnbanResponse> RemoveBanAsync(string id, CancellationToken cancellationToken = default) =>
        _sender.SendAsync<P2pUnbanResponse>(HttpMethod.Delete, _sender.Address.Of("/bans", id, nameof(id)), body: null, cancellationToken);

    private async Task<P2pPeersSnapshot?> GetPeersAsync(P2pPeersQuery? query, string? etag, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _sender.Request(HttpMethod.Get, _sender.Address.Of("/peers" + Queries.Peers(query)), "application/json");
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        return await _sender.SendAsync<P2pPeersSnapshot?>(
            request,
            query?.Wait ?? TimeSpan.Zero,
            async (response, token) => response.StatusCode == HttpStatusCode.NotModified
                ? null
                : new P2pPeersSnapshot(
                    await Answer.ReadAsync(response, P2pControlJson.TypeInfo<P2pPeersResponse>(), _sender.MaxResponseBytes, token).ConfigureAwait(false),
                    response.Headers.ETag?.ToString()),
            cancellationToken,
            response => etag is not null && response.StatusCode == HttpStatusCode.NotModified).ConfigureAwait(false);
    }
}
