using System.Buffers;
using Vix.P2p.Messages;

namespace Vix.P2p;

/// <content>The data plane: messages, requests and streams.</content>
public sealed partial class P2pNode
{
    /// <inheritdoc/>
    public ValueTask SendAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return FindChannel(peer) is { } channel
            ? channel.SendAsync(protocol, payload, cancellationToken)
            : ValueTask.FromException(NotConnected(peer, protocol));
    }

    /// <inheritdoc/>
    public bool TrySend(PeerId peer, string protocol, ReadOnlySpan<byte> payload, out P2pReason reason)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        reason = FindChannel(peer) is { } channel ? channel.TrySend(protocol, payload) : P2pReason.NotConnected;
        return reason == P2pReason.None;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<P2pBroadcastResult>> BroadcastAsync(string protocol, ReadOnlyMemory<byte> payload, IEnumerable<PeerId>? peers = null, TimeSpan wait = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, TimeSpan.FromDays(1));
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<IReadOnlyList<P2pBroadcastResult>>(cancellationToken);
        var broadcast = new Broadcast(protocol, payload);
        if (peers is null)
            broadcast.AddSpeakers(_runtime.Channels());
        else
            broadcast.AddChosen(peers, FindChannel);
        return broadcast.SendAsync(wait, _runtime.Time, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        FindChannel(peer) is { } channel ? channel.FlushAsync(cancellationToken) : ValueTask.FromException(NotConnected(peer, null));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return FindChannel(peer) is { } channel
            ? channel.Outgoing.RequestAsync(protocol, payload, cancellationToken)
            : ValueTask.FromException<ReadOnlyMemory<byte>>(NotConnected(peer, protocol));
    }

    /// <inheritdoc/>
    public ValueTask RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, IBufferWriter<byte> response, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(response);
        if (timeout is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, TimeSpan.FromMilliseconds(1), nameof(timeout));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(given, TimeSpan.FromDays(1), nameof(timeout));
        }

        return FindChannel(peer) is { } channel
            ? channel.Outgoing.RequestAsync(protocol, payload, response, timeout ?? channel.Settings.RequestTimeout, cancellationToken)
            : ValueTask.FromException(NotConnected(peer, protocol));
    }

    /// <inheritdoc/>
    public ValueTask<P2pStream> OpenStreamAsync(PeerId peer, string protocol, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return FindChannel(peer) is { } channel
            ? channel.Streams.OpenAsync(protocol, cancellationToken)
            : ValueTask.FromException<P2pStream>(NotConnected(peer, protocol));
    }

    private static P2pSendException NotConnected(PeerId peer, string? protocol) =>
        new(peer, protocol, P2pReason.NotConnected, $"There is no connection to {peer}.");
}
