namespace OfflineSync;

/// <summary>A message of an outbox, or, without a text, the mark that all up to this one have been acknowledged.</summary>
internal sealed record Entry(long Id, string? Text)
{
    /// <summary>What both sides take: a message that only one of them takes would block the outbox for ever.</summary>
    public bool IsSound() => Id > 0 && Text is { Length: > 0 and <= 1000 } && !Text.Any(char.IsControl);
}
