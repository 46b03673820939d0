using Vix.P2p.Connections;
using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Peers;

/// <summary>Nobody hears of a connection that only carries a Reject.</summary>
internal sealed class NoObserver : IConnectionObserver
{
    public static readonly NoObserver Instance = new();

    public void Ready(Introduction introduction)
    {
    }

    public void Rejected(RejectCode code)
    {
    }

    public void Closing(P2pReason reason)
    {
    }

    public void StaleChanged(bool stale)
    {
    }
}
