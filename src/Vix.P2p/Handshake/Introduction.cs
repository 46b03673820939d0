using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vix.P2p.Handshake;

/// <summary>What a node says of itself: in Finish the dialler, in Ready the one that was dialled (docs/protocol.md, section 3).</summary>
internal sealed record Introduction
{
    /// <summary>The longest text, in bytes.</summary>
    public const int MaxLength = 3072;

    public const int MaxProtocols = 64;
    public const int MaxStringLength = 64;
    public const int InstanceLength = 32;
    public const int DefaultMaxMessage = 1024 * 1024;
    public const int DefaultStreamWindow = 256 * 1024;

    // What is printable is not escaped; only quotes and backslashes must be.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The name, 1 to 64 printable ASCII characters.</summary>
    public required string NodeId { get; init; }

    /// <summary>32 hex digits, another at each start of the node.</summary>
    public required string Instance { get; init; }

    /// <summary>The port it listens on; 0 when it does not listen.</summary>
    public required int ListenPort { get; init; }

    /// <summary>Its software; null when it does not say.</summary>
    public string? Agent { get; init; }

    /// <summary>The protocols it speaks.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>The largest message it takes, in bytes: 1 to 2^31 − 1. A small one only limits what it is sent.</summary>
    public int MaxMessage { get; init; } = DefaultMaxMessage;

    /// <summary>The bytes of a stream that may be under way to it and unread: 1 to 2^31 − 1.</summary>
    public int StreamWindow { get; init; } = DefaultStreamWindow;

    /// <summary>Reads an introduction; when it breaks a rule, <paramref name="error"/> says which and repeats nothing of the text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Introduction? introduction, [NotNullWhen(false)] out string? error) =>
        IntroductionReader.TryRead(utf8, out introduction, out error);

    /// <summary>The introduction as UTF-8 JSON.</summary>
    public byte[] ToUtf8()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("node_id"u8, NodeId);
            writer.WriteString("instance"u8, Instance);
            writer.WriteNumber("listen_port"u8, ListenPort);
            if (Agent is not null)
                writer.WriteString("agent"u8, Agent);
            writer.WriteStartArray("protocols"u8);
            foreach (string protocol in Protocols)
                writer.WriteStringValue(protocol);
            writer.WriteEndArray();
            writer.WriteNumber("max_message"u8, MaxMessage);
            writer.WriteNumber("stream_window"u8, StreamWindow);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
