namespace Vix.P2p;

/// <summary>Answers the requests of a protocol. Made by the container, in a scope of its own for each request.</summary>
public interface IP2pRequestHandler
{
    /// <summary>
    /// Answers a request by <see cref="P2pRequestContext.ReplyAsync"/>, or throws <see cref="P2pRemoteException"/>.
    /// </summary>
    /// <param name="context">The request; valid until the returned task completes.</param>
    ValueTask HandleAsync(P2pRequestContext context);
}
