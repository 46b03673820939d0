using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// The bodies of POST /connect, /persistent and /disconnect, as the routes read them: in pieces, as the type and the length
/// that are claimed for them. An error in words, or an endpoint that is written as it is read. The first byte of the input
/// says which claims.
/// </summary>
internal sealed class BodyTarget : IFuzzTarget
{
    // Far from what 4 KiB of text come to, a request and an exception of the JSON reader included.
    private const int Allocated = 512 * 1024;

    private const int ClaimState = 50_000;

    private static readonly string?[] Types = ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "text/plain", "application/json; charset=latin1", null];
    private static readonly string[] Fields = ["host", "port", "scheme", "expected_id", "persistent", "force", "id", "endpoint", "ban_ms"];
    private static readonly string[] Connects = ["host", "port", "scheme"];

    private readonly PieceBody _pieces = new();

    public string Name => "body";

    public int MaxLength => BodyReader.MaxBytes + 64;

    public IEnumerable<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            """{"host":"127.0.0.1","port":9002,"scheme":"tcp"}""",
            """{"host":"2001:db8::5","port":1,"expected_id":"a3f1c5d7e9024b6880acbedf1032547698badcfe0123456789abcdef02468ace","persistent":true,"force":false}""",
            """{"id":"a3f1c5d7e9024b6880acbedf1032547698badcfe0123456789abcdef02468ace"}""",
            """{"endpoint":"tcp://[::1]:9001","ban_ms":1000}""",
            """{"a":[[[[[[[1]]]]]]]}""",
            """{"host":"h","port":1,"expected_id":1}""",
            """{"host":"h","port":1,"scheme":"x y"}""",
            """{"host":"h","port":1,"force":1}""",
            """{"host":"h","port":1,"persistent":null}""",
            """{"id":"","ban_ms":0}""",
            """{"id":"a","endpoint":"tcp://h:1"}""",
            """{"endpoint":7}""",
            """{"id":"a","ban_ms":0}""",
        }.SelectMany(text => Enumerable.Range(0, 2 * Types.Length).Select(claims => new[] { (byte)claims }.Concat(Encoding.UTF8.GetBytes(text)).ToArray())),
        [0, .. Enumerable.Repeat((byte)' ', BodyReader.MaxBytes + 1)],
    ];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. Fields.Select(field => $"\"{field}\"").Concat(
        [
            ":", ",", "{", "}", "[", "]", ",\"force\":1", ",\"persistent\":null", ",\"host\":\"\"", ",\"id\":1", ",\"id\":\"a\"", ",\"endpoint\":\"\"", ",\"ban_ms\":0", ",\"scheme\":1",
            "null", "true", "false", "-1", "0", "65535", "65536", "1e4", "9001.0", "99999999999999999999", "\\u0000", "\\ud800", "\\\"", "//", "/*", "tcp://", "[::1]", "::ffff:1.2.3.4", "%25eth0", "@", "#", " ", "\r\n", "xn--", "quic",
        ]).Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xFF], [0],
    ];

    public IReadOnlyCollection<string> Outcomes { get; } =
    [
        "connect", "persistent", "disconnect by id", "disconnect by endpoint",
        "The body is larger than 4096 bytes.", "The body is not declared as JSON in UTF-8. (Content-Type)",
        "The body is empty.", "The body is not UTF-8.", "The body is not well-formed JSON, or is nested too deep.", "The body is not a JSON object.",
        "A member is there twice.", "A member is unknown.", "The member … is unknown.",
        "There is no host. (host)", "There is no port. (port)", "The host is not one. (host)", "The scheme is not one. (scheme)", "The port is not one. (port)", "The id is not one. (expected_id)",
        "There is no id and no endpoint. (id)", "There are both an id and an endpoint. (id)", "The endpoint is not one. (endpoint)", "ban_ms is not an integer in its range. (ban_ms)",
        .. ((string[])["host", "scheme", "id", "endpoint"]).Select(field => $"{field} is not a string, or is empty. ({field})"),
        .. ((string[])["persistent", "force"]).Select(field => $"{field} is not a boolean. ({field})"),
    ];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        if (input.IsEmpty)
            return;
        byte claims = input[0];
        byte[] sent = input[1..].ToArray();
        coverage.Visit(ClaimState + claims % (2 * Types.Length) * 16 + Coverage.Size(sent.Length));
        long before = GC.GetAllocatedBytesForCurrentThread();
        (byte[] body, ControlError? error) = Read(sent, claims);
        if (error is not null)
        {
            See(error, coverage);
            Broken.Unless(sent.Length > BodyReader.MaxBytes || claims % Types.Length > 2, "a body that may be read is not");
        }
        else
        {
            Broken.Unless(sent.Length <= BodyReader.MaxBytes && body.AsSpan().SequenceEqual(sent), "a body is read otherwise than it came");
            Take(body, coverage);
        }

        Broken.Unless(GC.GetAllocatedBytesForCurrentThread() - before <= Allocated, "a body costs more memory than any may");
    }

    public void Dispose()
    {
    }

    private static void Take(byte[] body, Coverage coverage)
    {
        if (ConnectBody.TryParse(body, out ConnectBody connect, out ControlError? error))
            See(connect, error, "connect", coverage);
        else
            See(error, coverage);

        if (ConnectBody.TryParsePersistent(body, out ConnectBody persistent, out error))
        {
            See(persistent, error, "persistent", coverage);
            Broken.Unless(persistent.Options is { Persistent: true, Force: false } && persistent.Endpoint == connect.Endpoint, "the same body is another endpoint");
        }
        else
            See(error, coverage);

        if (DisconnectBody.TryParse(body, out DisconnectBody disconnect, out error))
        {
            Broken.Unless(error is null && disconnect.Id is null != disconnect.Endpoint is null, "one of an id and an endpoint, and no error");
            Broken.Unless(disconnect.Ban is null || (disconnect.Ban > TimeSpan.Zero && disconnect.Ban <= TimeSpan.FromDays(365)), "a time is out of its range");
            coverage.Reach(disconnect.Id is null ? "disconnect by endpoint" : "disconnect by id");
            CheckEndpoint(disconnect.Endpoint);
        }
        else
            See(error, coverage);
    }

    private static void See(ConnectBody body, ControlError? error, string outcome, Coverage coverage)
    {
        Broken.Unless(error is null, "an answer and an error");
        coverage.Reach(outcome);
        coverage.Visit((body.Endpoint.Port < 1024 ? 1 : 2) + (body.Options.ExpectedId is null ? 0 : 4) + (body.Options.Force ? 8 : 0));
        CheckEndpoint(body.Endpoint);
        Broken.Unless(body.Endpoint.Port is > 0 and <= 65535, "a port is out of its range");
    }

    private static void See(ControlError? error, Coverage coverage)
    {
        Broken.Unless(error is not null, "neither an answer nor an error");
        coverage.Reach(HttpErrors.NameOf(error!, error!.Detail.StartsWith("A member", StringComparison.Ordinal) ? [] : [.. Fields, "Content-Type"]));
        Broken.Unless(error.Field is not { } field || error.Kind != ErrorKind.UnsupportedScheme || Connects.Contains(field), "a scheme is wrong in another member");
    }

    private static void CheckEndpoint(PeerEndpoint? endpoint)
    {
        if (endpoint is null)
            return;
        string text = endpoint.ToString();
        Broken.Unless(PeerEndpoint.TryParse(text, out PeerEndpoint? again) && again == endpoint, $"{text} is not read as it is written");
        Broken.Unless(!text.AsSpan().ContainsAnyExceptInRange('!', '~'), "an endpoint is not printable");
    }

    private (byte[] Body, ControlError? Error) Read(byte[] body, byte claims)
    {
        var http = new DefaultHttpContext();
        _pieces.Reader = new PieceReader(body, new Cuts(body));
        http.Features.Set<IRequestBodyPipeFeature>(_pieces);
        http.Request.ContentType = Types[claims % Types.Length];
        if (claims / Types.Length % 2 == 1)
            http.Request.ContentLength = body.Length;
        return PieceReader.Now(BodyReader.ReadAsync(http.Request, TimeProvider.System, CancellationToken.None));
    }

    private sealed class PieceBody : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; set; } = null!;
    }
}
