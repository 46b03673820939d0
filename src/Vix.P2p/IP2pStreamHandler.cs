namespace Vix.P2p;

/// <summary>Takes the streams of a protocol that peers open. Made by the container, in a scope of its own for each stream.</summary>
public interface IP2pStreamHandler
{
    /// <summary>
    /// Serves a stream. When the returned task completes the stream is disposed; when it fails the stream is aborted
    /// with <see cref="P2pErrorCode.HandlerFailed"/>.
    /// </summary>
    /// <param name="context">The stream and whose it is.</param>
    ValueTask HandleAsync(P2pStreamContext context);
}
