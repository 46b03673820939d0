using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p peers</summary>
internal static class PeersCommand
{
    public static ControlCommand Create(CliContext context)
    {
        PeersOptions options = new();
        Option<bool> watch = new("--watch", "-w") { Description = "Shows the list anew whenever it changes, until Ctrl-C." };
        Option<bool> whole = new("--long", "-l") { Description = "Shows whole ids." };
        ControlCommand command = new("peers", "Lists the peers: connected or not, and why not.");
        options.AddTo(command);
        command.Options.Add(watch);
        command.Options.Add(whole);
        return command.Does(context, async (call, token) =>
        {
            P2pPeersQuery query = options.Read(call.Parse);
            bool ids = call.Parse.GetValue(whole);
            if (call.Parse.GetValue(watch))
                return await new PeersWatch(call, query, ids).RunAsync(token).ConfigureAwait(false);
            P2pPeersResponse answer = await call.AskAsync(stop => call.Client.GetPeersAsync(query, stop), token).ConfigureAwait(false);
            if (call.ShowBody())
                return ExitCode.Ok;
            if (answer.Peers.Count == 0)
                return call.Say(answer.Total == 0 ? "No peers." : $"None of {Units.Count(answer.Total, "peer")} matches.");
            call.Results.Write(PeersView.Create(answer.Peers, ids, call.Results.Width, call.Results.Look));
            if (answer.NextCursor is { } cursor)
                call.Context.Note($"{answer.Returned} of {answer.Matched} peers are shown; the next ones: --cursor {SafeText.Of(cursor)}");
            return ExitCode.Ok;
        });
    }
}
