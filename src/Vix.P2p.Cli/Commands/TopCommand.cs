using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p top</summary>
internal static class TopCommand
{
    private const int DefaultMilliseconds = 1_000;
    private const int MinMilliseconds = 100;
    private const int MaxMilliseconds = 3_600_000;
    private const int Rows = 100;

    public static ControlCommand Create(CliContext context)
    {
        Option<int> every = new("--every")
        {
            Description = "How often it looks, in milliseconds.",
            HelpName = "MS",
            DefaultValueFactory = static _ => DefaultMilliseconds,
        };
        Validation.Range(every, MinMilliseconds, MaxMilliseconds);
        Option<int?> count = new("--count", "-c") { Description = "Ends after so many looks.", HelpName = "N" };
        Validation.Range(count, 1, int.MaxValue);
        Option<string?> sort = new("--sort") { Description = "By what the peers are sorted; those with the most bytes first where nothing is said." };
        sort.AcceptOnlyFromAmong("id", "rtt", "last_seen", "bytes");
        ControlCommand command = new("top", "A live screen of the node: peers, rates, round trips. q or Ctrl-C ends it. With --json, the status of each look.") { every, count, sort };
        return command.Does(context, async (call, token) =>
        {
            P2pPeersQuery query = new() { Sort = call.Parse.GetValue(sort) ?? "bytes", Order = call.Parse.GetValue(sort) is null or "bytes" ? "desc" : "asc", Limit = Rows };
            Looks looks = new(call, query, TimeSpan.FromMilliseconds(call.Parse.GetValue(every)), call.Parse.GetValue(count) ?? int.MaxValue);
            // Where nobody answers at first, that is the outcome; later it is waited for.
            TopSample first = await call.AskAsync(looks.TakeAsync, token).ConfigureAwait(false);
            await LiveScreen.RunAsync(context, call.Results.IsLive && !call.IsJson, (screen, stop) => looks.ShowAsync(screen, first, stop), token).ConfigureAwait(false);
            return ExitCode.Ok;
        });
    }

    /// <summary>One look after the other.</summary>
    private sealed class Looks
    {
        private readonly ControlCall _call;
        private readonly P2pPeersQuery _query;
        private readonly TimeSpan _every;
        private readonly int _count;
        private long? _last;

        public Looks(ControlCall call, P2pPeersQuery query, TimeSpan every, int count)
        {
            _call = call;
            _query = query;
            _every = every;
            _count = count;
        }

        public async Task<TopSample> TakeAsync(CancellationToken cancellationToken)
        {
            // The status comes second, so that its body is the one that is kept.
            IReadOnlyList<P2pPeerRow> peers = _call.IsJson ? [] : (await _call.Client.GetPeersAsync(_query, cancellationToken).ConfigureAwait(false)).Peers;
            P2pStatusResponse status = await _call.Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            TimeSpan elapsed = _last is { } last ? _call.Context.Time.GetElapsedTime(last) : TimeSpan.Zero;
            _last = _call.Context.Time.GetTimestamp();
            return new TopSample(status, peers, elapsed);
        }

        public async Task ShowAsync(LiveScreen screen, TopSample first, CancellationToken cancellationToken)
        {
            TopSample? before = null;
            TopSample now = first;
            for (int look = 1; ; look++)
            {
                if (!_call.ShowBody())
                    screen.Show(TopView.Create(now, before, _call.Results.Width, _call.Results.Look));
                if (look == _count)
                    return;
                await Task.Delay(_every, _call.Context.Time, cancellationToken).ConfigureAwait(false);
                before = now;
                now = await Reconnect.AskAsync(_call, screen, TakeAsync, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
