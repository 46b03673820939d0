using System.Buffers.Binary;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>
/// Counts the messages that one sender's turn has brought, and checks each of them: its length, its number, its first
/// and its last bytes. So no figure counts what did not arrive.
/// </summary>
internal sealed class Tally(int size)
{
    private const uint LastMark = 1u << 31;

    private TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _next;

    /// <summary>How many there were, once the last has come.</summary>
    public Task<long> Done => _done.Task;

    public static void Stamp(Span<byte> message, uint number, bool last)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(message, last ? number | LastMark : number);
        message[^1] = (byte)number;
    }

    /// <summary>Begins a turn; nothing is on its way.</summary>
    public void Begin()
    {
        _next = 0;
        _done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Take(ReadOnlySpan<byte> message)
    {
        uint mark = BinaryPrimitives.ReadUInt32LittleEndian(message);
        uint number = _next++;
        if (message.Length != size || (mark & ~LastMark) != number || message[^1] != (byte)number)
            _done.TrySetException(new InvalidOperationException($"Message {mark & ~LastMark} of {message.Length} bytes came where {number} of {size} was to come."));
        else if ((mark & LastMark) != 0)
            _done.TrySetResult(_next);
    }
}
