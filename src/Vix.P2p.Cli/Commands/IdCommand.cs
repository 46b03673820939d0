using System.CommandLine;
using System.Text.Json;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p id</summary>
internal static class IdCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> file = new("file") { Description = "The file of a node's private key, for --identity of 'run'.", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "Writes JSON." };
        Command command = new("id", "Shows the peer id of an identity file, which is made when it is not there.") { file, json };
        command.SetAction(parse =>
        {
            string path = parse.GetRequiredValue(file);
            bool isNew = !File.Exists(path);
            PeerId id = Load(path);
            if (parse.GetValue(json))
            {
                context.Results.Line($$"""{"ok":true,"id":"{{id}}","path":{{Quoted(path)}},"created":{{(isNew ? "true" : "false")}}}""");
            }
            else
            {
                context.Results.Line(id.ToString());
                if (isNew)
                    context.Note($"made {path}; whoever has it is this peer, so keep it to yourself.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static PeerId Load(string path)
    {
        try
        {
            return PeerIdentity.LoadOrCreate(path);
        }
        catch (P2pStartException e)
        {
            throw new CliException(ExitCode.Failed, $"The identity file{e.Message[e.Setting.Length..]}", innerException: e);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, "FILE is empty.", innerException: e);
        }
    }

    private static string Quoted(string text) => SafeText.Json($"\"{JsonEncodedText.Encode(text)}\"");
}
