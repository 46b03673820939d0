using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p connect</summary>
internal static class ConnectCommand
{
    public static ControlCommand Create(CliContext context)
    {
        Argument<EndpointText> endpoint = EndpointText.Argument("What to dial: host:port, tcp://host:port, or with #<peer id> for nobody else.");
        Option<bool> wait = new("--wait") { Description = "Waits for the outcome, at most --timeout, and ends with 0 or 5." };
        Option<bool> persistent = new("--persistent") { Description = "Keeps it connected from now on, for as long as the node runs." };
        Option<bool> force = new("--force") { Description = "Dials although the pause after an earlier failure is not over." };
        ControlCommand command = new("connect", "Asks the node to dial a peer.") { endpoint, wait, persistent, force };
        return command.Does(context, async (call, token) =>
        {
            EndpointText target = call.Parse.GetRequiredValue(endpoint);
            P2pConnectRequest request = new()
            {
                Host = target.Endpoint.Host,
                Port = target.Endpoint.Port,
                Scheme = target.Endpoint.Scheme,
                ExpectedId = target.ExpectedId,
                Persistent = call.Parse.GetValue(persistent),
                Force = call.Parse.GetValue(force),
            };
            P2pConnectResponse decision = await call.AskAsync(stop => call.Client.ConnectAsync(request, stop), token).ConfigureAwait(false);
            bool isDialling = decision.Started || decision.Reason == P2pReason.InProgress.ToCode();
            if (isDialling && call.Parse.GetValue(wait) && decision.AttemptId is { } attempt)
                return await new AttemptWait(call, decision).RunAsync(attempt, token).ConfigureAwait(false);
            return Tell(call, decision);
        });
    }

    private static int Tell(ControlCall call, P2pConnectResponse decision)
    {
        string endpoint = SafeText.Of(decision.Endpoint);
        string follow = decision.AttemptId is { } attempt ? $"; 'vix-p2p attempts {SafeText.Of(attempt)}' shows what becomes of it" : "";
        if (decision.Started)
            return call.Say($"dialling {endpoint}{follow}");
        call.ShowBody();
        (int code, string text, string? hint) = decision.Reason switch
        {
            "already_connected" => (ExitCode.Ok, $"already connected to {endpoint}", null),
            "in_progress" => (ExitCode.Ok, $"{endpoint} is being dialled already{follow}", null),
            "backoff" => (ExitCode.NotConnected, $"backoff: {endpoint} is not dialled for another {Units.Duration(decision.RetryAfterMs)}, since earlier dials failed.", "--force dials at once."),
            "self" => (ExitCode.NotConnected, $"self: {endpoint} is this node.", null),
            "peer_limit" => (ExitCode.NotConnected, "peer_limit: the node has as many peers as it may have.", "P2p:MaxPeers of the node allows more."),
            "banned" => (ExitCode.NotConnected, $"banned: the peer at {endpoint} is banned.", "'vix-p2p bans' lists the bans, 'vix-p2p unban ID' ends one."),
            _ => (ExitCode.NotConnected, $"{SafeText.Of(decision.Reason)}: {endpoint} is not dialled.", null),
        };
        if (code != ExitCode.Ok)
            throw new CliException(code, text, hint);
        if (!call.IsJson)
            call.Results.Line(text);
        return code;
    }
}
