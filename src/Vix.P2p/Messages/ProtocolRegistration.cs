namespace Vix.P2p.Messages;

/// <summary>A protocol that a node speaks, as the program registered it.</summary>
internal sealed record ProtocolRegistration(string Name)
{
    public Func<P2pMessageContext, ValueTask>? OnMessage { get; init; }

    public Func<P2pRequestContext, ValueTask>? OnRequest { get; init; }

    public Func<P2pStreamContext, ValueTask>? OnStream { get; init; }

    /// <summary>The class that the container makes for it; null where delegates do all.</summary>
    public Type? Handler { get; init; }

    /// <summary>How many messages and requests of one peer are handled at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Whether anything is done with it.</summary>
    public bool HasHandler => OnMessage is not null || OnRequest is not null || OnStream is not null;
}
