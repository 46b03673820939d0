using System.Collections.Concurrent;
using System.Net;

namespace Vix.P2p.Tests.Testing;

/// <summary>A gatekeeper whose answers are the test's; it keeps what it was asked.</summary>
internal sealed class ScriptedGatekeeper : IP2pGatekeeper
{
    private readonly ConcurrentQueue<EndPoint?> _addresses = new();
    private readonly ConcurrentQueue<P2pNewcomer> _newcomers = new();

    public Func<EndPoint?, CancellationToken, ValueTask<bool>> OnAddress { get; init; } = static (_, _) => new(true);

    public Func<P2pNewcomer, CancellationToken, ValueTask<bool>> OnPeer { get; init; } = static (_, _) => new(true);

    public IReadOnlyList<EndPoint?> Addresses => [.. _addresses];

    public IReadOnlyList<P2pNewcomer> Newcomers => [.. _newcomers];

    public ValueTask<bool> AllowConnectionAsync(EndPoint? remote, CancellationToken cancellationToken)
    {
        _addresses.Enqueue(remote);
        return OnAddress(remote, cancellationToken);
    }

    public ValueTask<bool> AllowPeerAsync(P2pNewcomer newcomer, CancellationToken cancellationToken)
    {
        _newcomers.Enqueue(newcomer);
        return OnPeer(newcomer, cancellationToken);
    }
}
