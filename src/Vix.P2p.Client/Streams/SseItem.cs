namespace Vix.P2p.Client.Streams;

/// <summary>One event of a stream.</summary>
/// <param name="type">Its type.</param>
/// <param name="data">Its data, as UTF-8.</param>
internal readonly ref struct SseItem(string type, ReadOnlySpan<byte> data)
{
    public string Type { get; } = type;

    public ReadOnlySpan<byte> Data { get; } = data;
}
