using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Streams;

/// <summary>How log lines are sent: as text, or as one JSON object a line where the caller prefers it.</summary>
internal sealed class LogFormat
{
    public const string TextType = "text/plain";
    public const string NdjsonType = "application/x-ndjson";

    private static readonly LogFormat Text = new(TextType + "; charset=utf-8", WriteText);
    private static readonly LogFormat Ndjson = new(NdjsonType, WriteJson);

    private readonly Action<IBufferWriter<byte>, NodeLogLine> _write;

    private LogFormat(string contentType, Action<IBufferWriter<byte>, NodeLogLine> write)
    {
        ContentType = contentType;
        _write = write;
    }

    public string ContentType { get; }

    /// <summary>NDJSON where Accept prefers it to text; never an error.</summary>
    public static LogFormat Choose(StringValues accept) => AcceptHeader.Prefers(accept, NdjsonType, TextType) ? Ndjson : Text;

    /// <summary>Writes a line and its end. The node has taken out of its text whatever could steer a terminal.</summary>
    public void Write(IBufferWriter<byte> output, NodeLogLine line) => _write(output, line);

    private static void WriteText(IBufferWriter<byte> output, NodeLogLine line) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{line.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {line.Level} {line.EventId} {line.Message}\n"),
        output);

    private static void WriteJson(IBufferWriter<byte> output, NodeLogLine line)
    {
        using (Utf8JsonWriter json = new(output, Reply.WriterOptions))
            JsonSerializer.Serialize(json, Snapshots.LogLine(line), ControlJson.LogLine);
        output.Write("\n"u8);
    }
}
