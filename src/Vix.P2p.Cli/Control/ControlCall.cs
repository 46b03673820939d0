using System.CommandLine;
using Spectre.Console.Rendering;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;

namespace Vix.P2p.Cli.Control;

/// <summary>One run of a command that asks a control plane.</summary>
internal sealed class ControlCall : IDisposable
{
    private const long MaxBodyBytes = 64 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly BodyCapture? _capture;

    public ControlCall(CliContext context, ParseResult parse, ServerSettings server, bool json)
    {
        Context = context;
        Parse = parse;
        Server = server;
        IsJson = json;
        HttpMessageHandler handler = context.Handler?.Invoke(server.Address) ?? DirectHandler.Create(server.Address);
        _capture = json ? new BodyCapture(handler, MaxBodyBytes) : null;
        // The timeout is kept by the client, which knows a stream from an answer.
        _http = new HttpClient(_capture ?? handler) { Timeout = Timeout.InfiniteTimeSpan };
        Client = new P2pControlClient(
            _http,
            new P2pControlClientOptions { BaseAddress = server.Address, ApiKey = server.ApiKey, Timeout = server.Timeout, MaxResponseBytes = MaxBodyBytes },
            context.Time);
    }

    public CliContext Context { get; }

    public ParseResult Parse { get; }

    public ServerSettings Server { get; }

    public P2pControlClient Client { get; }

    /// <summary>Whether the output is what the server sent.</summary>
    public bool IsJson { get; }

    public Printer Results => Context.Results;

    /// <summary>Says that the next answer goes on and on, and is not to be kept.</summary>
    public void BeginStream()
    {
        if (_capture is not null)
            _capture.IsOn = false;
    }

    /// <summary>Asks, and shows on a terminal that an answer is waited for.</summary>
    public Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        Progress.RunAsync(Context, $"Waiting for {Server.Address}", _ => ask(cancellationToken), cancellationToken);

    /// <summary>Writes an answer: as it came, or as it is laid out.</summary>
    /// <param name="view">Lays it out for a width and a look.</param>
    public int Show(Func<int, Look, IRenderable> view)
    {
        if (!ShowBody())
            Results.Write(view(Results.Width, Results.Look));
        return ExitCode.Ok;
    }

    /// <summary>Writes an answer: as it came, or in words.</summary>
    public int Say(string text)
    {
        if (!ShowBody())
            Results.Line(text);
        return ExitCode.Ok;
    }

    /// <summary>Writes the last body as it came, if that is wanted.</summary>
    /// <returns>False where it is not.</returns>
    public bool ShowBody()
    {
        if (IsJson && _capture?.Body is { } body)
            Results.Line(SafeText.Json(body).TrimEnd());
        return IsJson;
    }

    public void Dispose() => _http.Dispose();
}
