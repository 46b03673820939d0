using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>A stream that a peer has opened.</summary>
public sealed class P2pStreamContext : P2pContext
{
    private readonly StreamHandling _handling;

    internal P2pStreamContext(PeerChannel channel, P2pStream stream, StreamHandling handling)
        : base(channel, stream.Protocol)
    {
        Stream = stream;
        _handling = handling;
    }

    /// <summary>The stream; disposed when the handler's task completes.</summary>
    public P2pStream Stream { get; }

    /// <summary>Cancelled when the stream is aborted, when the connection ends, and when the node stops.</summary>
    public override CancellationToken CancellationToken => _handling.Token;
}
