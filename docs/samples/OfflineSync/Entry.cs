namespace OfflineSync;

/// <summary>A message on its way. Its id is the sender's own and is never given to another one.</summary>
internal sealed record Entry(long Id, string Text)
{
    /// <summary>What both sides take: a message that only one of them takes would block the outbox for ever.</summary>
    public static bool IsAllowed(string text) => text.Length is > 0 and <= 1000 && !text.Any(char.IsControl);
}
