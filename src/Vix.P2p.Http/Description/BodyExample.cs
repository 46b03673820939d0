namespace Vix.P2p.Http.Description;

/// <summary>Metadata of a route: one of its bodies has an example in <see cref="BodyExamples"/>.</summary>
/// <param name="Name">The name of the example, the one in docs/control-api.md.</param>
/// <param name="Status">The status of the response; null for the body of the request.</param>
/// <param name="ContentType">The one media type that it is for; null for each.</param>
internal sealed record BodyExample(string Name, int? Status, string? ContentType);
