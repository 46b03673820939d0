using Microsoft.AspNetCore.Http.Metadata;

namespace Vix.P2p.Http.Control;

/// <summary>
/// Keeps the host's status code pages away: a client of these routes gets the 401 of the host's authorization as it is,
/// and neither a page nor a redirect in its place.
/// </summary>
internal sealed class NoStatusCodePages : ISkipStatusCodePagesMetadata
{
    public static readonly NoStatusCodePages Instance = new();

    public override string ToString() => "P2P: no status code pages";
}
