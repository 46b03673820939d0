using System.Net;

namespace Vix.P2p.Tests.Documents;

/// <summary>What the gatekeeper of docs/security.md asks: whatever the program has.</summary>
public abstract class CustomerTable
{
    public abstract bool IsBlocked(EndPoint? address);

    public abstract Task<bool> HasPaidAsync(PeerId id, CancellationToken cancellationToken);
}
