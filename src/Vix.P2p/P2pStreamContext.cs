using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>A stream that a peer has opened.</summary>
public sealed class P2pStreamContext : P2pContext
{
    internal P2pStreamContext(PeerChannel channel, string protocol, P2pStream stream)
        : base(channel, protocol) => Stream = stream;

    /// <summary>The stream; disposed when the handler's task completes.</summary>
    public P2pStream Stream { get; }

    /// <summary>Cancelled when the stream is aborted, when the connection ends, and when the node stops.</summary>
    public override CancellationToken CancellationToken => Channel.Settings.Stopping;
}
