using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Messages;

namespace Vix.P2p;

/// <summary>What a handler is given. It belongs to the handler until the handler's task completes, and to nobody after.</summary>
public abstract class P2pContext
{
    private readonly PeerChannel _channel;
    private AsyncServiceScope? _scope;

    private protected P2pContext(PeerChannel channel, string protocol)
    {
        _channel = channel;
        Protocol = protocol;
    }

    /// <summary>The node that received it, for sending more.</summary>
    public IP2pNode Node => _channel.Settings.Node;

    /// <summary>The peer that sent it.</summary>
    public P2pPeer Peer => _channel.Peer;

    /// <summary>The protocol's name and version.</summary>
    public string Protocol { get; private protected set; }

    /// <summary>
    /// The services of a scope of this exchange's own, made when it is first asked for and disposed when the handler
    /// has ended.
    /// </summary>
    /// <exception cref="InvalidOperationException">The node was made without a container, or the handler has ended.</exception>
    public IServiceProvider Services => HasEnded
        ? throw new InvalidOperationException("The handler has ended, and its services with it.")
        : (_scope ??= _channel.Settings.CreateScope()).ServiceProvider;

    /// <summary>Cancelled when the handler's work is no longer wanted: see the kinds of context.</summary>
    public abstract CancellationToken CancellationToken { get; }

    private protected PeerChannel Channel => _channel;

    internal bool HasScope => _scope is not null;

    /// <summary>Nobody would dispose what is made now.</summary>
    private protected bool HasEnded { get; set; }

    /// <summary>Frees the services. What they throw is the application's failure, and ends nothing else.</summary>
    internal ValueTask DisposeScopeAsync()
    {
        if (_scope is not { } scope)
            return ValueTask.CompletedTask;
        _scope = null;
        return DisposeAsync(scope);
    }

    private async ValueTask DisposeAsync(AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _channel.HandlerFailed(Protocol, e);
        }
    }
}
