#pragma warning disable CA1822
namespace Vix.P2p.Messages;

/// <summary>The requests that the other side has made on one connection and that are not answered yet.</summary>
internal sealed class IncomingRequests(PeerChannel channel)
{
    private readonly PeerChannel _channel = channel;

    /// <summary>A request begins to come, from the read loop; null when all is well, else what the protocol does not allow.</summary>
    public string? Begin(int request) => $"no requests yet ({_channel.Peer.Id} {request})";

    /// <summary>The other side no longer waits for it.</summary>
    public string? Cancel(int request) => $"no requests yet ({_channel.Peer.Id} {request})";

    /// <summary>It was discarded before it was whole: no answer is due.</summary>
    public void Forget(int request) => Begin(request);

    /// <summary>Lets the application answer; from a worker of the lane. Does not throw.</summary>
    public ValueTask HandleAsync(ProtocolRegistration protocol, int request, ReadOnlyMemory<byte> payload) => throw new NotSupportedException($"{_channel.Peer.Id} {protocol} {request} {payload}");

    /// <summary>The connection closes: nobody waits for the answers.</summary>
    public void Close(P2pReason reason)
    {
    }
}
