using System.CommandLine;

namespace Vix.P2p.Cli.Control;

/// <summary>The options of each command that asks a control plane: where it is, and by which key it lets in.</summary>
internal sealed class ServerOptions
{
    private const int DefaultTimeoutSeconds = 30;
    private const int MaxTimeoutSeconds = 3_600;

    private readonly Option<string?> _url = new("--url")
    {
        Description = $"The control plane, such as {ServerAddress.Default}; a path names another prefix than /p2p. Else the variable {ServerAddress.Variable}, else {ServerAddress.Default}.",
        HelpName = "URL",
    };

    private readonly Option<string?> _apiKey = new("--api-key")
    {
        Description = $"The key of the control plane. Other users of this machine can see it in the list of processes: rather use --api-key-file or the variable {KeySource.Variable}.",
        HelpName = "KEY",
    };

    private readonly Option<string?> _apiKeyFile = new("--api-key-file")
    {
        Description = "A file that holds the key of the control plane.",
        HelpName = "FILE",
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = $"How long to wait for an answer, 1 to {MaxTimeoutSeconds} s.",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => DefaultTimeoutSeconds,
    };

    public ServerOptions(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_apiKey);
        command.Options.Add(_apiKeyFile);
        command.Options.Add(_timeout);
        Validation.Range(_timeout, 1, MaxTimeoutSeconds);
    }

    /// <summary>What they say, with the environment for what they do not.</summary>
    /// <exception cref="CliException">One of them, or a variable, cannot be used.</exception>
    public ServerSettings Read(ParseResult parse, CliContext context) => new(
        ServerAddress.Read(parse.GetValue(_url), context.Variable),
        KeySource.Read(parse.GetValue(_apiKey), parse.GetValue(_apiKeyFile), context.Variable),
        TimeSpan.FromSeconds(parse.GetValue(_timeout)));
}
