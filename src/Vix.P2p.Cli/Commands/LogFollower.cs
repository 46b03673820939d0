using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>Follows a node's log over lost connections and restarts, and shows each line once.</summary>
internal sealed class LogFollower
{
    // All that a node keeps: what was written while nobody answered is among it.
    private const int KeptLines = 1_000;

    private static readonly JsonTypeInfo<P2pLogLine> LineJson = P2pControlJson.TypeInfo<P2pLogLine>();
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly ControlCall _call;
    private P2pLogLine? _last;
    private bool _lost;

    public LogFollower(ControlCall call) => _call = call;

    /// <summary>Ends by an exception: that of the first connection, a refusal, or the cancellation.</summary>
    public async Task RunAsync(P2pLogsQuery query, CancellationToken cancellationToken)
    {
        _call.BeginStream();
        TimeSpan pause = FirstPause;
        bool answered = false;
        while (true)
        {
            string cause = $"{_call.Server.Address} has ended the stream.";
            try
            {
                await foreach (P2pLogLine line in _call.Client.FollowLogsAsync(answered ? query with { Lines = KeptLines } : query, cancellationToken).ConfigureAwait(false))
                {
                    answered = true;
                    pause = FirstPause;
                    Show(line);
                }

                answered = true;
            }
            catch (Exception e) when (answered && !cancellationToken.IsCancellationRequested && ControlErrors.IsUnreachable(e))
            {
                cause = ControlErrors.Explain(e, _call.Server.Address)!.Message;
            }

            if (!_lost)
                _call.Context.Note($"{cause} Trying again; Ctrl-C ends it.");
            _lost = true;
            await Task.Delay(pause, _call.Context.Time, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private void Show(P2pLogLine line)
    {
        if (_lost)
            _call.Context.Note($"{_call.Server.Address} answers again");
        _lost = false;
        // A node that was started again counts from 1, at a later time.
        if (_last is not null && line.Seq <= _last.Seq && line.At <= _last.At)
            return;
        _last = line;
        if (_call.IsJson)
            _call.Results.Line(SafeText.Json(JsonSerializer.Serialize(line, LineJson)));
        else
            _call.Results.WriteLine(LogView.Create(line, _call.Results.Look));
    }
}
