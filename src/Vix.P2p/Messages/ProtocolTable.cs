namespace Vix.P2p.Messages;

/// <summary>The protocols a node speaks. Their places are the numbers under which peers send to it.</summary>
internal sealed class ProtocolTable(IReadOnlyList<ProtocolRegistration> protocols)
{
    public static readonly ProtocolTable Empty = new([]);

    public int Count => protocols.Count;

    public IReadOnlyList<string> Names { get; } = [.. protocols.Select(protocol => protocol.Name)];

    public ProtocolRegistration this[int number] => protocols[number];
}
