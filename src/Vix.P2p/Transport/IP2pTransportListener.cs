using System.Net;

namespace Vix.P2p.Transport;

/// <summary>A transport that listens. Disposing it ends the listening, and a pending accept with null.</summary>
public interface IP2pTransportListener : IAsyncDisposable
{
    /// <summary>Where it listens, with the port that was bound.</summary>
    EndPoint LocalEndPoint { get; }

    /// <summary>The next connection that was let in; null when the listening has ended. One call at a time.</summary>
    /// <param name="cancellationToken">Gives up this call; the listening goes on.</param>
    /// <exception cref="P2pTransportException">
    /// One accept failed; the next call goes on. Its reason is <see cref="P2pReason.Overload"/> when the system is out
    /// of handles or memory, so that the caller pauses.
    /// </exception>
    ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken);
}
