using Spectre.Console.Rendering;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>The list of peers, again whenever it changes: over itself on a terminal, one after the other in a pipe.</summary>
internal sealed class PeersWatch
{
    // A table in which something changes all the time is not drawn more often than that.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // A screen shows ages, which no revision tells; in a pipe only changes count.
    private static readonly TimeSpan ScreenWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PipeWait = TimeSpan.FromSeconds(30);

    private readonly ControlCall _call;
    private readonly P2pPeersQuery _query;
    private readonly bool _ids;
    private readonly bool _screen;

    public PeersWatch(ControlCall call, P2pPeersQuery query, bool ids)
    {
        _call = call;
        _query = query;
        _ids = ids;
        _screen = call.Results.IsLive && !call.IsJson;
    }

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // Where nobody answers at first, that is the outcome; later it is waited for.
        P2pPeersResponse answer = await _call.AskAsync(stop => _call.Client.GetPeersAsync(_query, stop), cancellationToken).ConfigureAwait(false);
        await LiveScreen.RunAsync(_call.Context, _screen, (screen, stop) => FollowAsync(screen, answer, stop), cancellationToken).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private async Task FollowAsync(LiveScreen screen, P2pPeersResponse answer, CancellationToken cancellationToken)
    {
        Show(screen, answer);
        long shown = answer.Revision;
        while (true)
        {
            await Task.Delay(Pause, _call.Context.Time, cancellationToken).ConfigureAwait(false);
            P2pPeersQuery next = _query with { Revision = shown, Wait = _screen ? ScreenWait : PipeWait };
            answer = await Reconnect.AskAsync(_call, screen, stop => _call.Client.GetPeersAsync(next, stop), cancellationToken).ConfigureAwait(false);
            if (!_screen && answer.Revision == shown)
                continue;
            shown = answer.Revision;
            Show(screen, answer);
        }
    }

    private void Show(LiveScreen screen, P2pPeersResponse answer)
    {
        if (_call.ShowBody())
            return;
        Printer results = _call.Results;
        IRenderable table = answer.Peers.Count == 0 ? new Spectre.Console.Text("No peers.") : PeersView.Create(answer.Peers, _ids, results.Width, results.Look);
        screen.Show(table);
    }
}
