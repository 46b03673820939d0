namespace Chat;

/// <summary>What is shown. A name proves nothing, the peer's id does; this node's own lines have none.</summary>
internal sealed record ChatLine(string Name, string? PeerId, string Text);
