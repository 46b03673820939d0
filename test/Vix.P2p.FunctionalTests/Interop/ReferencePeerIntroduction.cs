using System.Text;
using System.Text.Json;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The introduction of section 3, as the other side sent it.</summary>
internal sealed record ReferencePeerIntroduction(
    string Text, string NodeId, string Instance, int ListenPort, string? Agent, IReadOnlyList<string> Protocols,
    int MaxMessage, int StreamWindow)
{
    public const int MaxSize = 3_072;
    public const int DefaultMaxMessage = 1_048_576;
    public const int DefaultStreamWindow = 262_144;

    public static string Create(string nodeId) => Create(new ReferencePeerOptions { NodeId = nodeId });

    public static string Create(ReferencePeerOptions options)
    {
        var protocols = string.Join(",", options.Protocols.Select(name => $"\"{name}\""));
        return $$"""{"node_id":"{{options.NodeId}}","instance":"{{Guid.NewGuid():N}}","listen_port":0,"agent":"reference/1","protocols":[{{protocols}}],"max_message":{{options.MaxMessage}},"stream_window":{{options.StreamWindow}}}""";
    }

    /// <exception cref="ReferencePeerException">The text breaks a rule of section 3.</exception>
    public static ReferencePeerIntroduction Parse(byte[] utf8)
    {
        if (utf8.Length > MaxSize)
        {
            throw new ReferencePeerException($"The introduction has {utf8.Length} bytes.");
        }

        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(utf8, options);
            return Read(Encoding.UTF8.GetString(utf8), document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ReferencePeerException($"The introduction is malformed: {error.Message}", error);
        }
    }

    private static ReferencePeerIntroduction Read(string text, JsonElement root)
    {
        var nodeId = Printable(root.GetProperty("node_id"));
        var instance = Printable(root.GetProperty("instance"));
        var port = root.GetProperty("listen_port").GetInt32();
        var agent = root.TryGetProperty("agent", out var agentElement) ? Printable(agentElement) : null;
        string[] protocols = root.TryGetProperty("protocols", out var list) ? [.. list.EnumerateArray().Select(Printable)] : [];
        var maxMessage = root.TryGetProperty("max_message", out var max) ? max.GetInt32() : DefaultMaxMessage;
        var streamWindow = root.TryGetProperty("stream_window", out var window) ? window.GetInt32() : DefaultStreamWindow;
        var valid = nodeId.Length > 0
            && instance.Length == 32 && instance.All(char.IsAsciiHexDigit)
            && port is >= 0 and <= 65_535
            && protocols.Length <= 64
            && maxMessage > 0
            && streamWindow > 0;
        return valid
            ? new ReferencePeerIntroduction(text, nodeId, instance, port, agent, protocols, maxMessage, streamWindow)
            : throw new ReferencePeerException("A member of the introduction is out of its range.");
    }

    private static string Printable(JsonElement element)
    {
        var text = element.GetString();
        return text is { Length: <= 64 } && text.All(c => c is >= ' ' and <= '~')
            ? text
            : throw new ReferencePeerException("A string of the introduction is not at most 64 printable ASCII characters.");
    }
}
