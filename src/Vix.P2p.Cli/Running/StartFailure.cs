using Microsoft.Extensions.Options;

namespace Vix.P2p.Cli.Running;

/// <summary>Why a node did not start, in the words of the options that its user gave.</summary>
internal static class StartFailure
{
    // The longer names first: P2p:ListenPort is no part of another, but P2p:Control:ApiKey is.
    private static readonly (string Setting, string Option)[] Names =
    [
        ("P2p:Control:ApiKeyPath", "--api-key-file"),
        ("P2p:Control:ApiKey", "VIX_P2P_API_KEY"),
        ("P2p:NetworkKeyPath", "--network-key-file"),
        ("P2p:IdentityPath", "--identity"),
        ("P2p:ListenAddress", "--listen (address)"),
        ("P2p:ListenPort", "--listen (port)"),
        ("P2p:NodeId", "--id"),
        ("P2p:Peers", "--connect"),
    ];

    public static CliException Explain(Exception e)
    {
        string message = e is OptionsValidationException options ? string.Join(Environment.NewLine, options.Failures) : e.Message;
        foreach ((string setting, string option) in Names)
            message = message.Replace(setting, option, StringComparison.Ordinal);
        string? hint = e switch
        {
            P2pStartException { Setting: "P2p:ListenPort" or "P2p:ListenAddress" } => "Another node may run already; --listen 0 takes a port that is free.",
            IOException => "Another node may run already; --http 0 takes a port that is free.",
            _ => null,
        };
        return new CliException(ExitCode.Failed, message, hint, e);
    }
}
