#pragma warning disable CA1822
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <summary>The requests that this side has made on one connection and that are not answered yet.</summary>
internal sealed class OutgoingRequests(PeerChannel channel)
{
    private readonly PeerChannel _channel = channel;

    /// <summary>Takes a Response, ResponsePart or Failure, from the read loop.</summary>
    public string? Take(FrameKind kind, ReadOnlySpan<byte> body) => $"an answer that was not asked for ({_channel.Peer.Id}, {kind}, {body.Length})";

    /// <summary>The connection closes: what is not answered fails.</summary>
    public void Close(P2pReason reason)
    {
    }

    /// <summary>The read loop has ended.</summary>
    public void Ended()
    {
    }
}
