using Vix.P2p.Contracts;

namespace Vix.P2p.Client.Responses;

/// <summary>Looks into lists, of which the serializer checks that they are there and not what is in them.</summary>
internal static class Rows
{
    public static bool HasNull(object response) => response switch
    {
        P2pPeersResponse list => list.Peers.Contains(null),
        P2pAttemptsResponse list => list.Attempts.Contains(null),
        P2pPersistentResponse list => list.Persistent.Contains(null),
        P2pBansResponse list => list.Bans.Contains(null),
        P2pIndexResponse list => list.Routes.Contains(null),
        _ => false,
    };
}
