using System.Text;
using System.Text.Json;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// What a peer says of itself: what is taken is within its bounds, comes back as it was written, and means the same to
/// another reader of JSON.
/// </summary>
internal sealed class IntroductionTarget : IFuzzTarget
{
    private const int TakenState = 5000;

    // Far from what 3 KiB of text come to, an exception of the JSON reader included.
    private const int Allocated = 256 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

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
        (Plain with { Protocols = [.. Enumerable.Range(0, Introduction.MaxProtocols + 1).Select(i => $"p{i}/1")] }).ToUtf8(),
        "{\"unknown\":[[[[{\"a\":null}]]]],\"node_id\":\"x\"}"u8.ToArray(),
        "{\"unknown\":{\"a\":1,\"b\":{\"a\":1}},\"node_id\":\"x\"}"u8.ToArray(),
        new byte[Introduction.MaxLength + 1],
    ];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "\"node_id\"", "\"instance\"", "\"listen_port\"", "\"agent\"", "\"protocols\"", "\"max_message\"", "\"stream_window\"",
            ":", ",", "[", "]", "{", "}", "null", "true", "0", "-1", "1e3", "65536", "2147483648", "9223372036854775808", "\\u0000", "\\ud800", "\\u001b", "\\u0061", "\"\"", "/*", "//",
            ",\"agent\":1", ",\"protocols\":1", ",\"max_message\":0", ",\"stream_window\":0", ",\"a\":1,\"a\":1",
        }.Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xFF],
    ];

    public IReadOnlyCollection<string> Outcomes { get; } =
    [
        "taken",
        "The introduction is longer than 3072 bytes.",
        "The introduction is not valid UTF-8.",
        "The introduction is not valid JSON, or deeper than 4 levels.",
        "The introduction is not a JSON object.",
        "The introduction has a member twice.",
        "The introduction has no node_id.",
        "The introduction has no instance.",
        "The introduction has no listen_port.",
        "The introduction's node_id is not 1 to 64 printable ASCII characters.",
        "The introduction's instance is not 32 hex digits.",
        "The introduction's listen_port is not an integer of 0 to 65535.",
        "The introduction's agent is not at most 64 printable ASCII characters.",
        "The introduction's protocols are not at most 64 names of at most 64 printable ASCII characters.",
        "The introduction's max_message is not an integer of 1 to 2147483647.",
        "The introduction's stream_window is not an integer of 1 to 2147483647.",
    ];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool taken = Introduction.TryParse(input, out Introduction? introduction, out string? error);
        Broken.Unless(GC.GetAllocatedBytesForCurrentThread() - before <= Allocated, "a text costs more memory than any may");
        if (!taken)
        {
            coverage.Reach(error!);
            coverage.Visit(Coverage.Size(input.Length));
            Broken.Unless(introduction is null && Outcomes.Contains(error!), "a refusal says something else than it may");
            return;
        }

        coverage.Reach("taken");
        coverage.Visit(TakenState + Coverage.Size(introduction!.Protocols.Count) + (introduction.Agent is null ? 100 : 0));
        Check(introduction);
        byte[] again = introduction.ToUtf8();
        Broken.Unless(Introduction.TryParse(again, out Introduction? second, out _) && second.ToUtf8().AsSpan().SequenceEqual(again), "what is written again is not taken again");
        Compare(introduction, input);
    }

    public void Dispose()
    {
    }

    private static void Check(Introduction introduction)
    {
        Broken.Unless(IsPrintable(introduction.NodeId) && introduction.NodeId.Length > 0, "a name is not one");
        Broken.Unless(introduction.Instance.Length == Introduction.InstanceLength && introduction.Instance.All(char.IsAsciiHexDigit), "an instance is not one");
        Broken.Unless(introduction.Agent is not { } agent || IsPrintable(agent), "an agent is not printable, or too long");
        Broken.Unless(introduction.Protocols.Count <= Introduction.MaxProtocols && introduction.Protocols.All(IsPrintable), "the protocols are more, or other, than they may be");
        Broken.Unless(introduction is { ListenPort: >= 0 and <= 65535, MaxMessage: > 0, StreamWindow: > 0 }, "a number is out of its range");
    }

    private static void Compare(Introduction introduction, ReadOnlySpan<byte> input)
    {
        using JsonDocument document = JsonDocument.Parse(input.ToArray(), Strict);
        JsonElement root = document.RootElement;
        Broken.Unless(
            root.GetProperty("node_id").GetString() == introduction.NodeId
                && root.GetProperty("instance").GetString() == introduction.Instance
                && root.GetProperty("listen_port").GetInt32() == introduction.ListenPort
                && (root.TryGetProperty("agent", out JsonElement agent) ? agent.GetString() : null) == introduction.Agent
                && (root.TryGetProperty("protocols", out JsonElement names) ? names.EnumerateArray().Select(name => name.GetString()!) : []).SequenceEqual(introduction.Protocols)
                && (root.TryGetProperty("max_message", out JsonElement most) ? most.GetInt32() : Introduction.DefaultMaxMessage) == introduction.MaxMessage
                && (root.TryGetProperty("stream_window", out JsonElement window) ? window.GetInt32() : Introduction.DefaultStreamWindow) == introduction.StreamWindow,
            "another reader of JSON reads something else");
    }

    private static bool IsPrintable(string text) => text.Length <= Introduction.MaxStringLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
