using System.Buffers;

namespace Vix.P2p;

/// <content>The data plane: messages, requests and streams.</content>
public sealed partial class P2pNode
{
    /// <inheritdoc/>
    public ValueTask SendAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return _runtime.FindChannel(peer) is { } channel
            ? channel.SendAsync(protocol, payload, cancellationToken)
            : ValueTask.FromException(NotConnected(peer, protocol));
    }

    /// <inheritdoc/>
    public bool TrySend(PeerId peer, string protocol, ReadOnlySpan<byte> payload, out P2pReason reason)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        reason = _runtime.FindChannel(peer) is { } channel ? channel.TrySend(protocol, payload) : P2pReason.NotConnected;
        return reason == P2pReason.None;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<P2pBroadcastResult>> BroadcastAsync(string protocol, ReadOnlyMemory<byte> payload, IEnumerable<PeerId>? peers = null, TimeSpan wait = default, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask FlushAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        _runtime.FindChannel(peer) is { } channel ? channel.FlushAsync(cancellationToken) : ValueTask.FromException(NotConnected(peer, null));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, IBufferWriter<byte> response, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<P2pStream> OpenStreamAsync(PeerId peer, string protocol, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return _runtime.FindChannel(peer) is { } channel
            ? channel.Streams.OpenAsync(protocol, cancellationToken)
            : ValueTask.FromException<P2pStream>(NotConnected(peer, protocol));
    }

    private static P2pSendException NotConnected(PeerId peer, string? protocol) =>
        new(peer, protocol, P2pReason.NotConnected, $"There is no connection to {peer}.");
}
