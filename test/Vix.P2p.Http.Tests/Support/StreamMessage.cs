namespace Vix.P2p.Http.Tests.Support;

/// <summary>A message of a stream of events, or a comment.</summary>
internal sealed record StreamMessage
{
    public string? Type { get; init; }

    public string? Id { get; init; }

    public string? Data { get; init; }

    public string? Comment { get; init; }

    public JsonElement Json => JsonDocument.Parse(Data!).RootElement;

    /// <summary>The revision that the id stands for.</summary>
    public long Place => long.Parse(Id![(Id!.LastIndexOf('-') + 1)..]);

    public override string ToString() => Comment is null ? $"{Type} {Id}" : $":{Comment}";
}
