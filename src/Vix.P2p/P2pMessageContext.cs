using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>A one-way message that has come.</summary>
public sealed class P2pMessageContext : P2pContext
{
    internal P2pMessageContext(PeerChannel channel, string protocol)
        : base(channel, protocol)
    {
    }

    /// <summary>
    /// The message. It is not copied for the handler: valid until the handler's task completes, so what is kept must be
    /// copied.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; internal set; }

    /// <summary>Cancelled when the node stops. A message that has come is handled also when its peer is gone.</summary>
    public override CancellationToken CancellationToken => Channel.Settings.Stopping;
}
