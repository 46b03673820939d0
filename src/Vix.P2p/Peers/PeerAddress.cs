using System.Diagnostics.CodeAnalysis;

namespace Vix.P2p.Peers;

/// <summary>An entry of the option Peers: an endpoint, and after <c>#</c> the id of the peer that must answer there.</summary>
internal sealed record PeerAddress(PeerEndpoint Endpoint, PeerId? Id)
{
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerAddress? address)
    {
        address = null;
        if (text is null)
            return false;
        int mark = text.IndexOf('#', StringComparison.Ordinal);
        PeerId? id = null;
        if (mark >= 0)
        {
            if (!PeerId.TryParse(text[(mark + 1)..], out PeerId parsed))
                return false;
            id = parsed;
        }

        if (!PeerEndpoint.TryParse(mark < 0 ? text : text[..mark], out PeerEndpoint? endpoint))
            return false;
        address = new PeerAddress(endpoint, id);
        return true;
    }
}
