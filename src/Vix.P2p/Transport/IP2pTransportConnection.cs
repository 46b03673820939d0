using System.IO.Pipelines;
using System.Net;

namespace Vix.P2p.Transport;

/// <summary>
/// A duplex pipe to another node. The node has one reader and one writer at a time. Completing
/// <see cref="IDuplexPipe.Output"/> half-closes; a reset or an abort makes reads and flushes complete or throw
/// <see cref="IOException"/>; disposing closes both ways and frees everything.
/// </summary>
public interface IP2pTransportConnection : IDuplexPipe, IAsyncDisposable
{
    /// <summary>This side's address; null where the transport has none.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>The other side's address; null where the transport has none.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>Ends both directions at once, from any thread; pending reads and flushes fail or complete.</summary>
    void Abort();
}
