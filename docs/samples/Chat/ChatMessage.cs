namespace Chat;

/// <summary>What goes over the wire.</summary>
internal sealed record ChatMessage(string Text);
