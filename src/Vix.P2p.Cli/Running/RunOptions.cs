using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Cli.Running;

/// <summary>The options of <c>run</c>.</summary>
internal sealed class RunOptions
{
    private const string DefaultListen = "127.0.0.1:9001";
    private const string DefaultHttp = "127.0.0.1:5180";
    private const string None = "none";
    private const int MaxSeconds = 366 * 86_400;
    private const int MinStats = 10;
    private const int MaxStats = 86_400_000;

    private readonly Option<string?> _id = new("--id") { Description = "The name the node gives itself; the machine's name where nothing is said.", HelpName = "NAME" };

    private readonly Option<BindAddress> _listen = new("--listen")
    {
        Description = $"Where peers reach it: {BindAddress.Form}, or {None}. A port alone means all addresses. {DefaultListen} where nothing is said.",
        HelpName = "ADDRESS",
        CustomParser = Bind,
        DefaultValueFactory = static _ => Default(DefaultListen),
    };

    private readonly Option<EndpointText[]> _connect = new("--connect")
    {
        Description = "A peer to keep connected: host:port, or host:port#<peer id> for nobody else. It can be given several times.",
        HelpName = "ENDPOINT",
        CustomParser = Endpoints,
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<BindAddress> _http = new("--http")
    {
        Description = $"Where the control plane and the dashboard are: {BindAddress.Form}, or {None}. A port alone means 127.0.0.1. Other machines need a key. {DefaultHttp} where nothing is said.",
        HelpName = "ADDRESS",
        CustomParser = Bind,
        DefaultValueFactory = static _ => Default(DefaultHttp),
    };

    private readonly Option<string?> _apiKeyFile = new("--api-key-file")
    {
        Description = "A file that holds the key of the control plane, by which other machines are let in. Else the variable VIX_P2P_API_KEY.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _identity = new("--identity")
    {
        Description = "The file of the node's private key, made when it is not there. Without it, a new peer id at each start.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _networkKeyFile = new("--network-key-file")
    {
        Description = "The file of the secret that all nodes of the network share; 'vix-p2p key' makes one.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _run = new("--run") { Description = "Stops after so many seconds.", HelpName = "SECONDS" };

    private readonly Option<int?> _statsEvery = new("--stats-every") { Description = "Writes a line of figures so often, in milliseconds.", HelpName = "MS" };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Writes warnings and errors only, and the figures that were asked for." };

    private readonly Option<LogLevel?> _logLevel = new("--log-level") { Description = "What is logged to standard error; Information where nothing is said.", HelpName = "LEVEL" };

    public void AddTo(Command command)
    {
        Validation.Range(_run, 1, MaxSeconds);
        Validation.Range(_statsEvery, MinStats, MaxStats);
        _logLevel.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<LogLevel>());
        foreach (Option option in (Option[])[_id, _listen, _connect, _http, _apiKeyFile, _identity, _networkKeyFile, _run, _statsEvery, _quiet, _logLevel])
            command.Options.Add(option);
    }

    public RunSettings Read(ParseResult parse)
    {
        bool quiet = parse.GetValue(_quiet);
        return new RunSettings
        {
            NodeId = parse.GetValue(_id),
            Listen = parse.GetValue(_listen) ?? BindAddress.None,
            Connect = parse.GetValue(_connect) ?? [],
            Http = parse.GetValue(_http) ?? BindAddress.None,
            ApiKeyFile = parse.GetValue(_apiKeyFile),
            Identity = parse.GetValue(_identity),
            NetworkKeyFile = parse.GetValue(_networkKeyFile),
            Run = parse.GetValue(_run) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            StatsEvery = parse.GetValue(_statsEvery) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            Quiet = quiet,
            LogLevel = parse.GetValue(_logLevel) ?? (quiet ? LogLevel.Warning : LogLevel.Information),
        };
    }

    private static BindAddress Default(string text) => BindAddress.TryParse(text, out BindAddress read) ? read : throw new FormatException(text);

    private static BindAddress Bind(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == None)
            return BindAddress.None;
        if (!BindAddress.TryParse(text, out BindAddress read))
            result.AddError($"'{text}' is nowhere to listen; write {BindAddress.Form}, or {None}.");
        return read;
    }

    private static EndpointText[] Endpoints(ArgumentResult result) =>
        [.. result.Tokens.Select(token => EndpointText.Parse(result, token.Value)).OfType<EndpointText>()];
}
