namespace OfflineSync;

/// <summary>A message as the receiver keeps it: what it does and how far its sender has got, in one line.</summary>
internal sealed record Received(string Peer, long Id, string Text);
