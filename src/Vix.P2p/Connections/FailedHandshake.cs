using Vix.P2p.Transport;

namespace Vix.P2p.Connections;

/// <summary>The end of a transport connection that nobody uses any more, because its handshake failed.</summary>
internal static class FailedHandshake
{
    /// <summary>Resets it and frees everything, a message too that was written and not sent before the handshake was ended.</summary>
    public static ValueTask EndAsync(IP2pTransportConnection connection)
    {
        connection.Abort();
        connection.Output.Complete();
        return connection.DisposeAsync();
    }
}
