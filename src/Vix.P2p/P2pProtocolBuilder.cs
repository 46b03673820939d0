using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>What a node does with one protocol: at least one handler. Given to the program by <c>AddProtocol</c>.</summary>
public sealed class P2pProtocolBuilder
{
    internal P2pProtocolBuilder(ProtocolRegistration registration) => Registration = registration;

    /// <summary>The protocol's name and version.</summary>
    public string Name => Registration.Name;

    internal ProtocolRegistration Registration { get; private set; }

    /// <summary>Takes one-way messages.</summary>
    /// <param name="handler">Takes a message, valid until the task completes. What it throws is logged and counted, and ends nothing else.</param>
    public P2pProtocolBuilder OnMessage(Func<P2pMessageContext, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Registration = Registration with { OnMessage = handler };
        return this;
    }

    /// <summary>Answers requests.</summary>
    /// <param name="handler">Answers by <see cref="P2pRequestContext.ReplyAsync"/>, or throws <see cref="P2pRemoteException"/>.</param>
    public P2pProtocolBuilder OnRequest(Func<P2pRequestContext, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Registration = Registration with { OnRequest = handler };
        return this;
    }

    /// <summary>Serves streams that peers open, each in a task of its own.</summary>
    /// <param name="handler">Serves a stream, which is disposed when the task completes.</param>
    public P2pProtocolBuilder OnStream(Func<P2pStreamContext, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Registration = Registration with { OnStream = handler };
        return this;
    }

    /// <summary>
    /// Lets several messages and requests of one peer be handled at once, and so in any order. Without it they are
    /// handled one after the other, in the order in which they were sent.
    /// </summary>
    /// <param name="handlers">How many at once, 1 to 1,024.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="handlers"/> is out of its range.</exception>
    public P2pProtocolBuilder WithConcurrency(int handlers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(handlers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(handlers, 1024);
        Registration = Registration with { Concurrency = handlers };
        return this;
    }

    internal void UseHandler(Type handler) => Registration = Registration with { Handler = handler };
}
