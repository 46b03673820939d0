#pragma warning disable CA1822
using Vix.P2p.Connections;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <summary>The streams of one connection, those of both sides.</summary>
internal sealed class StreamTable(PeerChannel channel, ConnectionRole role)
{
    private readonly PeerChannel _channel = channel;
    private readonly ConnectionRole _role = role;

    /// <summary>Whether credit is owed for a stream; under the writer's gate.</summary>
    public bool HasCredit => false;

    /// <summary>Writes what credit fits; under the writer's gate.</summary>
    public int WriteCredit(Span<byte> destination) => 0;

    /// <summary>Takes a frame of a stream, from the read loop.</summary>
    public string? Take(FrameKind kind, ReadOnlySpan<byte> body) => $"no streams yet ({_channel.Peer.Id}, {kind}, {body.Length}, {_role})";

    public ValueTask<P2pStream> OpenAsync(string protocol, CancellationToken cancellationToken) => throw new NotSupportedException(protocol);

    /// <summary>The connection closes: all streams break off.</summary>
    public void Close(P2pReason reason)
    {
    }

    /// <summary>The read loop has ended.</summary>
    public void Ended()
    {
    }
}
