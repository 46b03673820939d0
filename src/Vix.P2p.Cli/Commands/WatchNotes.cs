using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;

namespace Vix.P2p.Cli.Commands;

/// <summary>Says when the connection of a stream is lost and when it is back.</summary>
internal sealed class WatchNotes : IProgress<P2pWatchState>
{
    private readonly ControlCall _call;
    private bool _lost;

    public WatchNotes(ControlCall call) => _call = call;

    public void Report(P2pWatchState value)
    {
        if (value.IsConnected == !_lost)
            return;
        _lost = !value.IsConnected;
        if (!_lost)
        {
            _call.Context.Note($"{_call.Server.Address} answers again");
            return;
        }

        string cause = value.Error is null
            ? $"{_call.Server.Address} has ended the stream."
            : ControlErrors.Explain(value.Error, _call.Server.Address)?.Message ?? $"The connection to {_call.Server.Address} was lost.";
        string again = value.RetryIn is { } pause ? $" Trying again in {Units.Duration((long)pause.TotalMilliseconds)}; Ctrl-C ends it." : "";
        _call.Context.Note(cause + again);
    }
}
