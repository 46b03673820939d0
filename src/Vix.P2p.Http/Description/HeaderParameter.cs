namespace Vix.P2p.Http.Description;

/// <summary>A request header of a route, as the host's OpenAPI document shows it. The route itself reads it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does, in a sentence.</param>
internal sealed record HeaderParameter(string Name, string Summary);
