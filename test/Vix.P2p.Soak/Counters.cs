namespace Vix.P2p.Soak;

/// <summary>What was done so far. Fields are only touched by <see cref="Interlocked"/> and volatile reads.</summary>
internal sealed class Counters
{
    private const int Told = 20;

    public long Joins;
    public long Refused;
    public long Strangers;
    public long Messages;
    public long Requests;
    public long Streams;
    public long Expected;
    public long Unexpected;

    /// <summary>Counts what failed; what should not have is told.</summary>
    public void Failed(string what, Exception e)
    {
        if (SoakProtocol.IsExpected(e))
        {
            Interlocked.Increment(ref Expected);
            return;
        }

        if (Interlocked.Increment(ref Unexpected) <= Told)
            Console.Error.WriteLine($"unexpected, {what}: {e}");
    }
}
