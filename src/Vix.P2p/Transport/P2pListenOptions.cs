using System.Net;

namespace Vix.P2p.Transport;

/// <summary>Where a transport listens, and who is let in.</summary>
public sealed class P2pListenOptions
{
    /// <summary>The address, as the transport writes them; null for all.</summary>
    public string? Address { get; init; }

    /// <summary>The port; 0 for one that the system picks.</summary>
    public required int Port { get; init; }

    /// <summary>
    /// Asked with the remote address of each newcomer before anything is allocated for it; where it says false the
    /// transport closes it and goes on. It returns at once and does not throw.
    /// </summary>
    public required Func<EndPoint?, bool> Admit { get; init; }
}
