using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Tests;

/// <summary>A server that is not to be trusted: nothing it sends makes a terminal do anything.</summary>
public sealed partial class HostileTests
{
    // Sets a title, clears the screen, turns red in 7 and in 8 bits, writes over the line and from the right; and what
    // would be markup to the layout.
    private const string Evil = "\e]0;evil\a\e[2J\e[31m\u009b31m\u0085\u007f\b\r\n\u202e\u2066\u200b\u2028\ud800\0[red]x[/] [bold](y)[";

    private static readonly string[] Reading = ["status", "peers", "peers --long", "peer r12", "attempts", "attempts a1b2c3d4e5f60718", "persistent", "bans", "top --count 1", "ping", "logs"];

    private static readonly string[] Changing = ["connect 127.0.0.1:9002", "connect 127.0.0.1:9002 --wait", "disconnect r12", "ban r12", "persistent add 127.0.0.1:9002", "persistent remove 192.0.2.7:9001"];

    private static readonly Terminal Coloured = new(IsTerminal: true, Ansi: true, Colour: true) { Width = static () => 120, Height = static () => 1_000 };

    private static IEnumerable<string> Commands => [.. Reading, .. Changing];

    [Test]
    public async Task Server_WhoseEveryTextIsEvil_ShowsInAPipeAsText([ValueSource(nameof(Commands))] string command, [Values] bool json)
    {
        CliResult result = await CliRun.RunAsync(await EvilRunAsync(), [.. command.Split(' '), .. json ? (string[])["--json"] : []]);

        (result.Out + result.Error).Should().NotBeEmpty().And.NotMatchRegex("[\0-\t\v-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029]");
        if (json)
            result.Lines.Where(line => line.Length > 0).Should().OnlyContain(line => IsJson(line), result.Error);
    }

    [Test]
    public async Task Server_WhoseEveryTextIsEvil_ShowsOnATerminalInOurColoursOnly([ValueSource(nameof(Commands))] string command)
    {
        CliRun run = (await EvilRunAsync()).With(output: Coloured, error: Coloured);

        CliResult result = await CliRun.RunAsync(run, command.Split(' '));

        string rest = OurSequences().Replace(result.Out + result.Error, "");
        rest.Should().NotBeEmpty().And.NotMatchRegex("[\0-\t\v-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029]");
        if (command is "status" or "peer r12")
            rest.Should().Contain("[red]x[/] [bold](y)[", "markup of a server is text");
    }

    [TestCase("events --count 1")]
    [TestCase("events --count 1 --json")]
    [TestCase("logs --follow")]
    [TestCase("logs --follow --json")]
    public async Task Stream_WhoseEveryTextIsEvil_ShowsAsText(string command)
    {
        string evil = JsonSerializer.Serialize(Evil);
        string body = command.StartsWith("events")
            ? $"event: {Evil.Replace("\n", "").Replace("\r", "")}\nid: x-1\ndata: {{\"type\":{evil},\"revision\":1,\"at\":\"2026-03-14T09:26:53Z\",\"reason\":{evil}}}\n\n"
            : $"{{\"seq\":1,\"at\":\"2026-03-14T09:26:53Z\",\"level\":{evil},\"event_id\":1,\"message\":{evil}}}\n";
        Answers server = new(_ => Answers.Stream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body)), command.StartsWith("events") ? "text/event-stream" : "application/x-ndjson"));
        using CliRun run = server.NewRun().Start(command.Split(' '));
        await Waiting.UntilAsync(() => run.Out.Text.EndsWith('\n'));
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Out.Should().NotMatchRegex("[\0-\t\v-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029]");
    }

    [Test]
    public async Task Error_WhoseEveryTextIsEvil_ShowsAsText()
    {
        string evil = JsonSerializer.Serialize(Evil);
        Answers server = new(_ => Answers.Json($$"""{"ok":false,"error":{{evil}},"hint":{{evil}},"type":{{evil}},"title":{{evil}},"status":400,"detail":{{evil}},"trace_id":{{evil}}}""", HttpStatusCode.BadRequest));

        CliResult result = await CliRun.RunAsync(server.NewRun(), "status");

        result.Code.Should().NotBe(ExitCode.Ok);
        result.Error.Should().StartWith("error: ").And.NotMatchRegex("[\0-\t\v-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029]");
    }

    [Test]
    public async Task Server_WithNumbersOutOfAnyRange_DoesNotEndTheProgram()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        using HttpClient http = host.NewClient();
        foreach (string number in (string[])["-9223372036854775808", "9223372036854775807", "0"])
        {
            string body = Number().Replace(await http.GetStringAsync("/p2p/peers/r12"), number);

            CliResult result = await CliRun.RunAsync(new Answers(_ => Answers.Json(body)).NewRun(), "peer", "r12");

            result.Code.Should().Be(ExitCode.Ok, result.Error);
        }
    }

    // The real control plane's answers, in which each text is another one.
    private static async Task<CliRun> EvilRunAsync()
    {
        ControlHost host = await ControlHost.StartAsync();
        host.Node.LogLines.Add(new NodeLogLine(1, SampleData.Day, Microsoft.Extensions.Logging.LogLevel.Information, 1100, "[p2p] node started"));
        HttpMessageInvoker real = new(host.NewHandler());
        return new CliRun().With(handler: _ => new EvilHandler(real));
    }

    private static bool IsJson(string line)
    {
        JsonNode.Parse(line).Should().NotBeNull();
        return true;
    }

    [GeneratedRegex(@"\e\[[0-9;]*m|\e\[\?(1049|25)[hl]|\e\[2J|\e\[[HJK]|\e\[\d+A|\r")]
    private static partial Regex OurSequences();

    [GeneratedRegex("(?<=_(?:ms|in|out|bytes)\":)[0-9]+|(?<=\"attempts\":)[0-9]+")]
    private static partial Regex Number();

    private sealed class EvilHandler : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _real;

        public EvilHandler(HttpMessageInvoker real) => _real = real;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await _real.SendAsync(request, cancellationToken);
            string type = response.Content.Headers.ContentType!.MediaType!;
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            string evil = string.Concat(body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Spoil(JsonNode.Parse(line)!, "").ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n"));
            response.Content = new StringContent(evil, System.Text.Encoding.UTF8, type);
            return response;
        }

        private static JsonNode Spoil(JsonNode node, string name)
        {
            switch (node)
            {
                case JsonObject members:
                    JsonObject spoilt = [];
                    foreach ((string member, JsonNode? value) in members)
                        spoilt[name is "limits" or "limit_rejections" or "peers_by_state" ? Evil + member : member] = Spoil(value!, member);
                    return spoilt;
                case JsonArray items:
                    return new JsonArray([.. items.Select(item => Spoil(item!, name))]);
                // The wait ends by the state; what is an instant must stay one.
                case JsonValue value when value.GetValueKind() == JsonValueKind.String && !name.EndsWith("_at") && name is not ("at" or "state" or "attempt_id"):
                    return JsonValue.Create(Evil);
                default:
                    return node.DeepClone();
            }
        }
    }
}
