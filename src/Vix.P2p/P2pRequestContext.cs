using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>A request that has come and waits for its answer.</summary>
public sealed class P2pRequestContext : P2pContext
{
    internal P2pRequestContext(PeerChannel channel, string protocol)
        : base(channel, protocol)
    {
    }

    /// <summary>
    /// The request. It is not copied for the handler: valid until the handler's task completes, so what is kept must be
    /// copied.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; internal set; }

    /// <summary>Cancelled when whoever asked no longer waits, when the connection ends, and when the node stops.</summary>
    public override CancellationToken CancellationToken => Channel.Settings.Stopping;

    /// <summary>
    /// Answers, once. Completes when the response is in the send queue. When the request was cancelled meanwhile it
    /// completes too, and nothing is sent.
    /// </summary>
    /// <param name="payload">At most what the peer takes; left alone until the task completes.</param>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    /// <exception cref="P2pSendException">The answer is too large for the peer, or the connection has ended.</exception>
    public ValueTask ReplyAsync(ReadOnlyMemory<byte> payload) => throw new NotSupportedException();
}
