namespace Vix.P2p.Fuzz.Running;

/// <summary>A promise of a target that does not hold.</summary>
internal sealed class Broken(string message) : Exception(message)
{
    public static void Unless(bool holds, string promise)
    {
        if (!holds)
            throw new Broken(promise);
    }
}
