using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>A request that has come and waits for its answer.</summary>
public sealed class P2pRequestContext : P2pContext
{
    internal P2pRequestContext(PeerChannel channel)
        : base(channel, "")
    {
    }

    /// <summary>
    /// The request. It is not copied for the handler: valid until the handler's task completes, so what is kept must be
    /// copied.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Cancelled when whoever asked no longer waits, when the connection ends, and when the node stops.</summary>
    public override CancellationToken CancellationToken => Channel.Incoming.TokenOf(this);

    /// <summary>What of the request is decided; under the gate of the requests.</summary>
    internal RequestState State { get; private set; }

    /// <summary>The way of its answer.</summary>
    internal ReceiveLane Lane { get; private set; } = null!;

    internal int Number { get; private set; }

    /// <summary>Made when the handler looks at its token, which most do not.</summary>
    internal CancellationTokenSource? Cancellation { get; set; }

    /// <summary>The callbacks of the token, which run elsewhere.</summary>
    internal Task? Cancelling { get; set; }

    /// <summary>
    /// Answers, once. Completes when the response is in the send queue. When the request was cancelled meanwhile it
    /// completes too, and nothing is sent.
    /// </summary>
    /// <param name="payload">At most what the peer takes; left alone until the task completes.</param>
    /// <exception cref="InvalidOperationException">It was answered already, or the handler has ended.</exception>
    /// <exception cref="P2pSendException">The answer is too large for the peer, or the connection has ended.</exception>
    public ValueTask ReplyAsync(ReadOnlyMemory<byte> payload) => Channel.Incoming.ReplyAsync(this, payload);

    internal void Begin(ReceiveLane lane, int number, ReadOnlyMemory<byte> payload)
    {
        Protocol = lane.Protocol.Name;
        Lane = lane;
        Number = number;
        Payload = payload;
        State = RequestState.Open;
        HasEnded = false;
    }

    internal void Mark(RequestState state) => State |= state;

    internal void End()
    {
        State &= ~RequestState.Open;
        Payload = default;
        HasEnded = true;
    }
}
