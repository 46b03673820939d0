using System.Net;

namespace Vix.P2p.Tests.Documents;

#region gatekeeper class
public sealed class Customers(CustomerTable table) : IP2pGatekeeper
{
    // Before anything is read of the connection.
    public ValueTask<bool> AllowConnectionAsync(EndPoint? remote, CancellationToken cancellationToken) =>
        new(!table.IsBlocked(remote));

    // When the peer has proved who it is.
    public async ValueTask<bool> AllowPeerAsync(P2pNewcomer newcomer, CancellationToken cancellationToken) =>
        await table.HasPaidAsync(newcomer.Id, cancellationToken);
}
#endregion
