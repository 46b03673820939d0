using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>One process of a web app, and a client of its control routes.</summary>
internal sealed partial class WebApp : IAsyncDisposable
{
    public const string Listening = "Now listening on: ";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private WebApp(ChildProcess process, Uri address)
    {
        Process = process;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
    }

    public ChildProcess Process { get; }

    public HttpClient Http { get; }

    /// <summary>Starts the app that was built from the packages; its HTTP port is one that the system picks.</summary>
    public static Task<WebApp> StartAsync(params string[] settings) => ListeningAsync(StartProcess(settings));

    /// <summary>The same, of a process that may have so many handles and no more.</summary>
    public static Task<WebApp> StartWithHandlesAsync(int handles, params string[] settings) =>
        ListeningAsync(ChildProcess.Start("sh", PackedPackages.AppFolder, ["-c", $"ulimit -n {handles}; exec \"$@\"", "sh", "dotnet", .. Arguments(settings)]));

    /// <summary>Starts the app where it is not expected to come to listening.</summary>
    public static ChildProcess StartProcess(params string[] settings) =>
        ChildProcess.Start("dotnet", PackedPackages.AppFolder, Arguments(settings));

    public async Task<string> GetTextAsync(string path) => await Http.GetStringAsync(path);

    public async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await GetTextAsync(path))!.AsObject();

    public async Task<string> PostTextAsync(string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Http.PostAsync(path, content);
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task<JsonObject[]> PeersAsync() =>
        [.. (await GetAsync("/p2p/peers"))["peers"]!.AsArray().Select(row => row!.AsObject())];

    /// <summary>The one row there is, once it is what is waited for.</summary>
    public async Task<JsonObject> PeerAsync(Func<JsonObject, bool> isSo, TimeSpan within, string what)
    {
        JsonObject[] rows = await Poll.UntilAsync(PeersAsync, rows => rows.Length == 1 && isSo(rows[0]), within, what);
        return rows[0];
    }

    public Task<JsonObject> ConnectedPeerAsync() =>
        PeerAsync(row => row.Text("state") == "Connected", TimeSpan.FromSeconds(20), "one row, state Connected");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }

    private static async Task<WebApp> ListeningAsync(ChildProcess process)
    {
        try
        {
            string output = await process.WaitForOutputAsync(Listening, StartTimeout);
            return new WebApp(process, new Uri(ListeningUrl().Match(output).Groups[1].Value));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static IEnumerable<string> Arguments(string[] settings) =>
        [PackedPackages.AppAssembly, "--urls", "http://127.0.0.1:0", .. settings.Select(setting => $"--{setting}")];

    [GeneratedRegex("Now listening on: (http://\\S+)")]
    private static partial Regex ListeningUrl();
}
