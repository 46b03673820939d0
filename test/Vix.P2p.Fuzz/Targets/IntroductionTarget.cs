using System.Text;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>What a peer says of itself: what is taken is within its bounds, and comes back as it was written.</summary>
internal sealed class IntroductionTarget : IFuzzTarget
{
    private static readonly Introduction Plain = new()
    {
        NodeId = "node-A",
        Instance = new string('a', Introduction.InstanceLength),
        ListenPort = 9001,
        Agent = "Vix.P2p/0.1",
        Protocols = ["chat/1", "kv/2"],
        MaxMessage = 65536,
        StreamWindow = 65536,
    };

    public string Name => "introduction";

    public int MaxLength => Introduction.MaxLength + 64;

    public IEnumerable<byte[]> Seeds =>
    [
        Plain.ToUtf8(),
        (Plain with { Agent = null, Protocols = [] }).ToUtf8(),
        (Plain with { Protocols = [.. Enumerable.Range(0, Introduction.MaxProtocols).Select(i => $"p{i}/1")] }).ToUtf8(),
        "{\"unknown\":[[[[{\"a\":null}]]]],\"node_id\":\"x\"}"u8.ToArray(),
    ];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "\"node_id\"", "\"instance\"", "\"listen_port\"", "\"agent\"", "\"protocols\"", "\"max_message\"", "\"stream_window\"",
            ":", ",", "[", "]", "{", "}", "null", "true", "-1", "1e3", "65536", "2147483648", "9223372036854775808", "\\u0000", "\\ud800", "\\u001b", "\"\"", "/*", "//",
        }.Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xFF],
    ];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        if (!Introduction.TryParse(input, out Introduction? introduction, out string? error))
        {
            coverage.Visit(1 + (StringComparer.Ordinal.GetHashCode(error) & 0xFFF));
            Broken.Unless(error.Length > 0, "a refusal says nothing");
            return;
        }

        coverage.Visit(5000 + introduction.Protocols.Count + (introduction.Agent is null ? 100 : 0));
        Broken.Unless(IsPrintable(introduction.NodeId) && introduction.NodeId.Length > 0 && (introduction.Agent is not { } agent || IsPrintable(agent)) && introduction.Protocols.All(IsPrintable), "a text is not printable, or too long");
        Broken.Unless(introduction.Protocols.Count <= Introduction.MaxProtocols && introduction.ListenPort is >= 0 and <= 65535, "a value is out of its range");
        byte[] again = introduction.ToUtf8();
        Broken.Unless(Introduction.TryParse(again, out Introduction? second, out _) && second.ToUtf8().AsSpan().SequenceEqual(again), "what is written again is not taken again");
    }

    public void Dispose()
    {
    }

    private static bool IsPrintable(string text) => text.Length <= Introduction.MaxStringLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
