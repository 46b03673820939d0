using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>Waits for what becomes of a dial, and shows its course.</summary>
internal sealed class AttemptWait
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly ControlCall _call;
    private readonly P2pConnectResponse _decision;

    public AttemptWait(ControlCall call, P2pConnectResponse decision)
    {
        _call = call;
        _decision = decision;
    }

    /// <returns>0 when it is connected.</returns>
    /// <exception cref="CliException">It failed, or it takes longer than is waited for.</exception>
    public async Task<int> RunAsync(string id, CancellationToken cancellationToken)
    {
        _call.ShowBody();
        string endpoint = SafeText.Of(_decision.Endpoint);
        P2pAttempt attempt = await Progress.RunAsync(_call.Context, $"{endpoint}: dialling", show => FollowAsync(id, state => show($"{endpoint}: {state}"), cancellationToken), cancellationToken).ConfigureAwait(false);
        switch (attempt.State)
        {
            case "Connected":
                if (!_call.IsJson)
                    _call.Results.Line($"connected to {endpoint} in {Units.Duration(attempt.DurationMs)}: {SafeText.Of(attempt.PeerId)}");
                return ExitCode.Ok;
            case "Failed":
                throw new CliException(ExitCode.NotConnected, $"{SafeText.Of(attempt.Reason)}: {endpoint}: {SafeText.Of(attempt.Message)}");
            default:
                throw new CliException(
                    ExitCode.NotConnected,
                    $"{endpoint} is still {SafeText.Of(attempt.State)} after {Units.Duration((long)_call.Server.Timeout.TotalMilliseconds)}; the dial goes on.",
                    $"'vix-p2p attempts {SafeText.Of(id)}' shows what becomes of it; --timeout waits longer.");
        }
    }

    private async Task<P2pAttempt> FollowAsync(string id, Action<string> show, CancellationToken cancellationToken)
    {
        TimeProvider time = _call.Context.Time;
        long started = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        string state = "";
        while (true)
        {
            P2pAttempt attempt = (await _call.Client.GetAttemptAsync(id, cancellationToken).ConfigureAwait(false)).Attempt;
            if (attempt.State != state)
            {
                state = attempt.State;
                show(SafeText.Of(state));
                _call.ShowBody();
            }

            if (state is "Connected" or "Failed" || time.GetElapsedTime(started) >= _call.Server.Timeout)
                return attempt;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }
}
