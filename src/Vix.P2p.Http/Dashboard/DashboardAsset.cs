namespace Vix.P2p.Http.Dashboard;

/// <summary>A file of the page, as it is sent.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">Its media type, with the character set where it is text.</param>
/// <param name="ETag">Changes with its bytes.</param>
internal sealed record DashboardAsset(ReadOnlyMemory<byte> Content, string ContentType, string ETag);
