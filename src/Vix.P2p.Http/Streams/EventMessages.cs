using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Streams;

/// <summary>The node's events as they stand in a stream: written once, whoever reads them and however many do.</summary>
internal sealed class EventMessages
{
    // As many as the node keeps.
    private const int Slots = 1024;
    private const int ExpectedLength = 1024;

    // No lock: a slot is one reference to something that never changes. Two who miss the same event both write it, and
    // either of the two stays.
    private readonly Slot?[] _slots = new Slot?[Slots];

    /// <summary>The whole message of an event, its place included.</summary>
    /// <param name="change">An event of the node. Its ring hands the same object to everyone who watches.</param>
    /// <param name="instance">The run of the node.</param>
    public ReadOnlySpan<byte> Get(PeerEvent change, string instance)
    {
        ref Slot? slot = ref _slots[(int)((ulong)change.Revision % Slots)];
        Slot? known = Volatile.Read(ref slot);
        if (known is not null && ReferenceEquals(known.Change, change))
            return known.Message;
        byte[] message = Write(change, instance);
        // What stands for events that are missing is made anew for each reader.
        if (change.Kind != PeerEventKind.Resync)
            Volatile.Write(ref slot, new Slot(change, message));
        return message;
    }

    /// <summary>The head of a message: its type, its place, and the name of what follows.</summary>
    public static void WriteHead(IBufferWriter<byte> output, string type, string instance, long place) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: {type}\nid: {instance}-{place}\ndata: "), output);

    private static byte[] Write(PeerEvent change, string instance)
    {
        P2pEvent data = Snapshots.Event(change);
        using PooledByteWriter output = new(ExpectedLength);
        WriteHead(output, data.Type, instance, change.Revision);
        // On one line: the writer breaks no line and escapes those in strings.
        using (Utf8JsonWriter json = new(output, Reply.WriterOptions))
            JsonSerializer.Serialize(json, data, ControlJson.Event);
        output.Write("\n\n"u8);
        return output.Written.ToArray();
    }

    private sealed record Slot(PeerEvent Change, byte[] Message);
}
