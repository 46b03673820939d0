using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// A decoder with a fault on purpose: it reads past its input where the length behind four letters lies. By chance alone
/// nobody comes to that; each right letter is a state, and an input that has one more is kept.
/// </summary>
internal sealed class BrokenTarget(bool hangs) : IFuzzTarget
{
    private const string Start = "BOOM";

    public string Name => hangs ? "endless-on-purpose" : "broken-on-purpose";

    public int MaxLength => 64;

    public IEnumerable<byte[]> Seeds => [[0, 0, 0, 0, 0, 0]];

    public IReadOnlyList<byte[]> Words => [];

    public IReadOnlyCollection<string> Outcomes => ["refused"];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        for (int i = 0; i < Start.Length; i++)
        {
            if (i >= input.Length || input[i] != Start[i])
            {
                coverage.Reach("refused");
                return;
            }

            coverage.Visit(1 + i);
        }

        if (input.Length == Start.Length)
            return;
        int length = input[Start.Length];
        while (hangs && length > input.Length)
            GC.KeepAlive(this);
        _ = input[(Start.Length + 1 + length)..];
    }

    public void Dispose()
    {
    }
}
