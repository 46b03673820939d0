using System.Runtime.CompilerServices;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Vix.P2p.Cli.Output;

/// <summary>What is shown again and again: on a screen of its own in a terminal, one after the other in a pipe.</summary>
internal sealed class LiveScreen : IAsyncDisposable
{
    private readonly CliContext _context;
    private readonly CancellationTokenSource _left = new();
    private readonly bool _screen;
    private readonly Task _keys;
    private IRenderable _shown = new Text("");
    private bool _first = true;

    private LiveScreen(CliContext context, bool screen)
    {
        _context = context;
        _screen = screen;
        if (screen)
            context.Results.EnterScreen();
        _keys = screen && context.ReadKey is { } readKey ? LeaveByKeyAsync(readKey) : Task.CompletedTask;
    }

    private bool IsLeft => _left.IsCancellationRequested;

    /// <summary>Shows what a body shows until it ends, is cancelled, or the user leaves with q or Escape.</summary>
    /// <param name="context">Where it is shown.</param>
    /// <param name="screen">Whether it is drawn over itself.</param>
    /// <param name="body">What is shown.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(CliContext context, bool screen, Func<LiveScreen, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        LiveScreen live = new(context, screen);
        await using ConfiguredAsyncDisposable _ = live.ConfigureAwait(false);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live._left.Token);
        try
        {
            await body(live, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (live.IsLeft && !cancellationToken.IsCancellationRequested)
        {
            // The user has seen enough.
        }
    }

    public void Show(IRenderable content)
    {
        _shown = content;
        if (_screen)
        {
            _context.Results.Redraw(content);
            return;
        }

        if (!_first)
            _context.Results.Line("");
        _first = false;
        _context.Results.Write(content);
    }

    /// <summary>Says what is the matter while nothing new can be shown: above what was shown last, or beside the results.</summary>
    public void Trouble(string text)
    {
        if (_screen)
            _context.Results.Redraw(new Rows(new Text(text, _context.Results.Look.Bad), _shown));
        else
            _context.Note(text);
    }

    /// <summary>Says that the matter is over.</summary>
    public void Recovered(string text)
    {
        if (!_screen)
            _context.Note(text);
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync().ConfigureAwait(false);
        await _keys.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _left.Dispose();
        if (_screen)
            _context.Results.LeaveScreen();
    }

    private async Task LeaveByKeyAsync(Func<CancellationToken, Task<ConsoleKeyInfo>> readKey)
    {
        while (!IsLeft)
        {
            ConsoleKeyInfo key = await readKey(_left.Token).ConfigureAwait(false);
            if (key.Key is ConsoleKey.Q or ConsoleKey.Escape)
                await _left.CancelAsync().ConfigureAwait(false);
        }
    }
}
