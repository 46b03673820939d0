using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p persistent, with add and remove</summary>
internal static class PersistentCommand
{
    public static ControlCommand Create(CliContext context)
    {
        ControlCommand command = new("persistent", "Lists the endpoints that the node keeps connected; 'add' and 'remove' change them.");
        command.Subcommands.Add(CreateAdd(context));
        command.Subcommands.Add(CreateRemove(context));
        return command.Does(context, static async (call, token) =>
        {
            P2pPersistentResponse answer = await call.AskAsync(call.Client.GetPersistentAsync, token).ConfigureAwait(false);
            return answer.Persistent.Count == 0
                ? call.Say("No endpoint is kept connected.")
                : call.Show((width, look) => PersistentView.Create(answer.Persistent, width, look));
        });
    }

    private static ControlCommand CreateAdd(CliContext context)
    {
        Argument<EndpointText> endpoint = EndpointText.Argument("What to keep connected: host:port, tcp://host:port, or with #<peer id> for nobody else.");
        ControlCommand command = new("add", "Keeps an endpoint connected, for as long as the node runs.") { endpoint };
        return command.Does(context, async (call, token) =>
        {
            EndpointText target = call.Parse.GetRequiredValue(endpoint);
            P2pPersistentRequest request = new() { Host = target.Endpoint.Host, Port = target.Endpoint.Port, Scheme = target.Endpoint.Scheme, ExpectedId = target.ExpectedId };
            P2pConnectResponse answer = await call.AskAsync(stop => call.Client.AddPersistentAsync(request, stop), token).ConfigureAwait(false);
            return call.Say($"kept connected: {SafeText.Of(answer.Endpoint)} ({SafeText.Of(answer.State ?? answer.Reason)})");
        });
    }

    private static ControlCommand CreateRemove(CliContext context)
    {
        Argument<EndpointText> endpoint = EndpointText.Argument("What to keep connected no longer.");
        ControlCommand command = new("remove", "Keeps an endpoint connected no longer. A connection that exists stays.") { endpoint };
        return command.Does(context, async (call, token) =>
        {
            string name = call.Parse.GetRequiredValue(endpoint).Endpoint.ToString();
            P2pPersistentRemovedResponse answer = await call.AskAsync(stop => call.Client.RemovePersistentAsync(name, stop), token).ConfigureAwait(false);
            return call.Say($"no longer kept connected: {SafeText.Of(answer.Endpoint)}");
        });
    }
}
