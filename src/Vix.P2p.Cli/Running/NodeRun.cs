using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Cli.Running;

/// <summary>Runs a node from its start to its stop.</summary>
internal sealed class NodeRun
{
    private readonly CliContext _context;
    private readonly RunSettings _settings;

    public NodeRun(CliContext context, RunSettings settings)
    {
        _context = context;
        _settings = settings;
    }

    /// <summary>Runs it until the time is over or it is told to stop, which is no failure.</summary>
    /// <exception cref="CliException">It could not start.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            WebApplication app = NodeApp.Create(_context, _settings);
            await using ConfiguredAsyncDisposable _ = app.ConfigureAwait(false);
            await app.StartAsync(stop).ConfigureAwait(false);
            try
            {
                IP2pNode node = app.Services.GetRequiredService<IP2pNode>();
                Announce(node, app);
                await WaitAsync(node, stop).ConfigureAwait(false);
            }
            finally
            {
                await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return ExitCode.Ok;
        }
        catch (Exception e) when (e is P2pStartException or OptionsValidationException or IOException)
        {
            throw StartFailure.Explain(e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok; // stopped while it started
        }
    }

    private void Announce(IP2pNode node, WebApplication app)
    {
        if (_settings.Quiet)
            return;
        NodeStatus status = node.GetStatus();
        _context.Results.Line($"node {status.NodeId} {status.Id}");
        foreach (string listen in status.Listen)
            _context.Results.Line($"listening on {listen}");
        if (_settings.Http.IsNone)
            return;
        (string address, string callers) = NodeApp.Control(app);
        _context.Results.Line($"control plane {address} for {callers}");
        _context.Results.Line($"dashboard {address}/ui/");
    }

    private async Task WaitAsync(IP2pNode node, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task over = Task.Delay(_settings.Run ?? Timeout.InfiniteTimeSpan, _context.Time, end.Token);
        Task stats = _settings.StatsEvery is { } every ? WriteStatsAsync(node, every, end.Token) : Task.Delay(Timeout.InfiniteTimeSpan, end.Token);
        Task first = await Task.WhenAny(over, stats).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(over, stats).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first.IsFaulted)
            await first.ConfigureAwait(false); // nobody reads the figures any more
    }

    private async Task WriteStatsAsync(IP2pNode node, TimeSpan every, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(every, _context.Time);
        NodeStatus before = node.GetStatus();
        long at = _context.Time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            NodeStatus now = node.GetStatus();
            TimeSpan elapsed = _context.Time.GetElapsedTime(at);
            at = _context.Time.GetTimestamp();
            _context.Results.Line(StatsLine.Of(now, before, elapsed, node.GetPeers()));
            before = now;
        }
    }
}
