namespace Vix.P2p.Cli.Output;

/// <summary>The keys of a terminal, without holding up anything else.</summary>
internal static class Keyboard
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The next key; a terminal has no way to wait for one that can be given up.</summary>
    public static async Task<ConsoleKeyInfo> ReadAsync(CancellationToken cancellationToken)
    {
        while (!Console.KeyAvailable)
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        return Console.ReadKey(intercept: true);
    }
}
