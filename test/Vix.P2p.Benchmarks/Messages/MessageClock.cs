using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>Numbers the messages of one turn and says which is the last. It looks at the time once in 64 KiB.</summary>
internal struct MessageClock(int size, TimeSpan time)
{
    private readonly uint _every = (uint)Math.Max(1, 64 * 1024 / size);
    private readonly long _start = Stopwatch.GetTimestamp();
    private uint _next;

    /// <summary>Writes the next message's marks; true when it is the last.</summary>
    public bool Stamp(Span<byte> message)
    {
        uint number = _next++;
        bool last = number % _every == 0 && Stopwatch.GetElapsedTime(_start) >= time;
        Tally.Stamp(message, number, last);
        return last;
    }
}
