using System.Net;

namespace Vix.P2p;

/// <summary>
/// Decides who may come in by what only the program knows, such as a table of customers or the reputation of an
/// address. It is asked about inbound connections, twice each and never under a lock, after the limits an address, bans
/// and <see cref="P2pNodeOptions.AllowedPeers"/>; whether there is room is decided after it, for that may change while it
/// thinks. What this node dials itself is not asked about. Added by <c>AddGatekeeper</c>; docs/security.md, "Who may join".
/// </summary>
/// <remarks>
/// An answer has <see cref="P2pLimits.GatekeeperTimeout"/> (2 s), within the handshake's own time. One that is late, or
/// an exception, refuses. Many questions are asked at once, up to <see cref="P2pLimits.PendingHandshakes"/>: those
/// whose answer never comes count among them, so that a gatekeeper which hangs lets nobody in and keeps nothing more. It
/// is asked on the thread pool: wait asynchronously.
/// </remarks>
public interface IP2pGatekeeper
{
    /// <summary>
    /// Asked when a connection was accepted, before anything is read of it. Where the answer is false it is closed
    /// without a word.
    /// </summary>
    /// <param name="remote">The address it came from: an <see cref="IPEndPoint"/> over TCP, IPv4 inside IPv6 told as IPv4.</param>
    /// <param name="cancellationToken">Cancelled when the answer is no longer waited for.</param>
    ValueTask<bool> AllowConnectionAsync(EndPoint? remote, CancellationToken cancellationToken) => new(true);

    /// <summary>
    /// Asked when a peer has proved who it is. Where the answer is false it is told that it is not allowed
    /// (Reject(NotAllowed)), and here the reason is <see cref="P2pReason.RefusedByGatekeeper"/>.
    /// </summary>
    /// <param name="newcomer">Who came, and from where.</param>
    /// <param name="cancellationToken">Cancelled when the answer is no longer waited for.</param>
    ValueTask<bool> AllowPeerAsync(P2pNewcomer newcomer, CancellationToken cancellationToken) => new(true);
}
