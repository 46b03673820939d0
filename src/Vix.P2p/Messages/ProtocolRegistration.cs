namespace Vix.P2p.Messages;

/// <summary>A protocol that a node speaks, as the program registered it.</summary>
internal sealed record ProtocolRegistration(string Name)
{
    public Func<P2pMessageContext, ValueTask>? OnMessage { get; init; }

    public Func<P2pRequestContext, ValueTask>? OnRequest { get; init; }

    public Func<P2pStreamContext, ValueTask>? OnStream { get; init; }

    /// <summary>How many messages and requests of one peer are handled at once.</summary>
    public int Concurrency { get; init; } = 1;
}
