namespace Vix.P2p.Fuzz.Running;

/// <summary>
/// Makes a corpus small: of the inputs that come to the same states the shortest, cut down as long as they still come to
/// them. The steps between states are left out, for a run finds those again in seconds.
/// </summary>
internal static class Minimiser
{
    // A target that takes long has its inputs cut down less.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<byte[]> Minimise(IFuzzTarget target, IEnumerable<byte[]> inputs)
    {
        long started = TimeProvider.System.GetTimestamp();
        List<byte[]> kept = [];
        var coverage = new Coverage();
        foreach (byte[] input in inputs.OrderBy(input => input.Length))
        {
            var before = new Coverage(coverage);
            if (!Take(target, input, coverage) || coverage.States == before.States)
                continue;
            bool hasTime = TimeProvider.System.GetElapsedTime(started) < Budget;
            kept.Add(hasTime ? Shorten(input, shorter => IsAsGood(target, shorter, before, coverage)) : input);
        }

        return kept;
    }

    // Takes away halves, quarters, and at last single bytes.
    private static byte[] Shorten(byte[] input, Func<byte[], bool> isAsGood)
    {
        for (int size = input.Length / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= input.Length;)
            {
                byte[] shorter = [.. input[..at], .. input[(at + size)..]];
                if (isAsGood(shorter))
                    input = shorter;
                else
                    at += size;
            }
        }

        return input;
    }

    // It comes to all that is new, and to nothing else.
    private static bool IsAsGood(IFuzzTarget target, byte[] input, Coverage before, Coverage after)
    {
        var alone = new Coverage(before);
        var together = new Coverage(after);
        return Take(target, input, alone) && Take(target, input, together)
            && alone.States == after.States && together.States == after.States;
    }

    private static bool Take(IFuzzTarget target, byte[] input, Coverage coverage)
    {
        coverage.Begin();
        try
        {
            target.Run(input, coverage);
            return true;
        }
        catch (Exception)
        {
            // It belongs to the finds.
            return false;
        }
    }
}
