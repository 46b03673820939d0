namespace Vix.P2p;

/// <summary>Takes the one-way messages of a protocol. Made by the container, in a scope of its own for each message.</summary>
public interface IP2pMessageHandler
{
    /// <summary>Takes a message. What it throws is logged and counted, and ends nothing else.</summary>
    /// <param name="context">The message; valid until the returned task completes.</param>
    ValueTask HandleAsync(P2pMessageContext context);
}
