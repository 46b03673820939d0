using System.CommandLine;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Control;

/// <summary>A command that asks a control plane.</summary>
internal sealed class ControlCommand : Command
{
    public ControlCommand(string name, string description)
        : base(name, description)
    {
    }

    /// <summary>Says what it does, and adds the options that all such commands have.</summary>
    public ControlCommand Does(CliContext context, Func<ControlCall, CancellationToken, Task<int>> run)
    {
        Option<bool> json = new("--json") { Description = "Writes what the server sends, as JSON." };
        Options.Add(json);
        ServerOptions options = new(this);
        SetAction(async (parse, token) =>
        {
            ServerSettings server = options.Read(parse, context);
            WarnOfOpenKey(context, server);
            using ControlCall call = new(context, parse, server, parse.GetValue(json));
            try
            {
                return await run(call, token).ConfigureAwait(false);
            }
            catch (Exception e) when (!token.IsCancellationRequested && ControlErrors.Explain(e, server.Address) is { } explained)
            {
                call.ShowBody();
                throw explained;
            }
        });
        return this;
    }

    private static void WarnOfOpenKey(CliContext context, ServerSettings server)
    {
        if (server is { ApiKey: not null, Address: { Scheme: "http", IsLoopback: false } })
            context.Note($"warning: the key goes over http to {SafeText.Of(server.Address.Host)}, where everyone on the way can read it; use https.");
    }
}
