using Spectre.Console;

namespace Vix.P2p.Cli.Output;

/// <summary>Shows on a terminal that something is waited for, and nothing anywhere else.</summary>
internal static class Progress
{
    // What is over sooner than that would only flicker.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <param name="context">Where it is shown: on standard error, so that results stay alone.</param>
    /// <param name="text">What is waited for, safe to show.</param>
    /// <param name="work">The work; it is given what changes the text.</param>
    /// <param name="cancellationToken">Ends the patience, not the work.</param>
    public static async Task<T> RunAsync<T>(CliContext context, string text, Func<Action<string>, Task<T>> work, CancellationToken cancellationToken)
    {
        string shown = text;
        StatusContext? status = null;
        Task<T> task = work(Update);
        if (!context.Notes.IsLive || task.IsCompleted)
            return await task.ConfigureAwait(false);

        await Task.WhenAny(task, Task.Delay(Patience, context.Time, cancellationToken)).ConfigureAwait(false);
        if (!task.IsCompleted)
        {
            await context.Notes.Console.Status().StartAsync(Markup.Escape(shown), async live =>
            {
                Volatile.Write(ref status, live);
                live.Status(Markup.Escape(shown));
                // Its failure is the caller's.
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }).ConfigureAwait(false);
        }

        return await task.ConfigureAwait(false);

        void Update(string now)
        {
            shown = now;
            Volatile.Read(ref status)?.Status(Markup.Escape(now));
        }
    }
}
