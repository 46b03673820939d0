using System.CommandLine;
using Vix.P2p.Cli.Running;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p run</summary>
internal static class RunCommand
{
    public static Command Create(CliContext context)
    {
        RunOptions options = new();
        Command command = new("run", "Runs a node with a control plane and a dashboard, until Ctrl-C.");
        options.AddTo(command);
        command.SetAction((parse, token) => new NodeRun(context, options.Read(parse)).RunAsync(token));
        return command;
    }
}
