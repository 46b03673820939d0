using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Control;

/// <summary>Asks a server that has answered before until it answers again.</summary>
internal static class Reconnect
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <param name="call">Whom.</param>
    /// <param name="screen">Where it is said that nobody answers.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<T> AskAsync<T>(ControlCall call, LiveScreen screen, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        TimeSpan pause = FirstPause;
        bool told = false;
        while (true)
        {
            try
            {
                T answer = await ask(cancellationToken).ConfigureAwait(false);
                if (told)
                    screen.Recovered($"{call.Server.Address} answers again");
                return answer;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && ControlErrors.IsUnreachable(e))
            {
                string cause = ControlErrors.Explain(e, call.Server.Address)!.Message;
                if (!told)
                    screen.Trouble($"{cause} Trying again; Ctrl-C ends it.");
                told = true;
            }

            await Task.Delay(pause, call.Context.Time, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }
}
