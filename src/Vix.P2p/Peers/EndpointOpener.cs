using System.Net;
using Vix.P2p.Admission;
using Vix.P2p.Connections;
using Vix.P2p.Transport;

namespace Vix.P2p.Peers;

/// <summary>
/// From an endpoint to a transport connection: the name is resolved once, every address is checked against the dial
/// policy, and the address that was checked is the one that is dialled.
/// </summary>
internal sealed class EndpointOpener(TransportMap transports, P2pDialPolicy policy, TimeProvider time)
{
    // Whoever answers for a name must not keep one dial, and its place, busy for as long as it likes.
    private const int MostAddresses = 8;

    /// <summary>What can be known without asking the network. A refused name shows only in the attempt's outcome.</summary>
    public P2pReason Refusal(PeerEndpoint endpoint)
    {
        if (!transports.TryGet(endpoint.Scheme, out _))
            return P2pReason.UnsupportedScheme;
        return IPAddress.TryParse(endpoint.Host, out IPAddress? literal) && !EgressPolicy.Allows(literal, policy)
            ? P2pReason.EndpointDenied
            : P2pReason.None;
    }

    /// <summary>Tries the endpoint's addresses in turn; without a connection the result says why the last one failed.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancelled"/> was cancelled.</exception>
    public async Task<(IP2pTransportConnection? Connection, HandshakeResult Result)> OpenAsync(PeerEndpoint endpoint, CancellationToken cancelled)
    {
        transports.TryGet(endpoint.Scheme, out IP2pTransport? transport);
        var result = HandshakeResult.Failed(P2pReason.EndpointDenied, "The dial policy refuses every address of this endpoint.");
        IReadOnlyList<EndPoint> addresses;
        try
        {
            addresses = await WithinAsync(token => transport!.ResolveAsync(endpoint, token), cancelled).ConfigureAwait(false);
            if (addresses.Count == 0)
                return (null, HandshakeResult.Failed(P2pReason.NameNotFound, "The name has no address."));
        }
        catch (P2pTransportException e)
        {
            return (null, HandshakeResult.Failed(e.Reason, e.Message));
        }
        catch (TimeoutException)
        {
            return (null, HandshakeResult.Failed(P2pReason.NameNotFound, "The name was not resolved in time."));
        }

        foreach (EndPoint address in addresses.Where(IsAllowed).Take(MostAddresses))
        {
            try
            {
                return (await WithinAsync(token => transport!.DialAsync(address, token), cancelled).ConfigureAwait(false), result);
            }
            catch (P2pTransportException e)
            {
                result = HandshakeResult.Failed(e.Reason, e.Message);
            }
            catch (TimeoutException)
            {
                result = HandshakeResult.Failed(P2pReason.ConnectTimeout, "No answer in the time that one address has.");
            }
        }

        return (null, result);
    }

    private bool IsAllowed(EndPoint address) => address is not IPEndPoint ip || EgressPolicy.Allows(ip.Address, policy);

    private async ValueTask<T> WithinAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancelled)
    {
        using var deadline = new CancellationTokenSource(policy.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancelled);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }
}
