using System.Text;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>The bodies of POST /connect and POST /disconnect: an error in words, or an endpoint that is written as it is read.</summary>
internal sealed class BodyTarget : IFuzzTarget
{
    public string Name => "body";

    public int MaxLength => BodyReader.MaxBytes;

    public IEnumerable<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            """{"host":"127.0.0.1","port":9002,"scheme":"tcp"}""",
            """{"host":"2001:db8::5","port":1,"expected_id":"a3f1c5d7e9024b6880acbedf1032547698badcfe0123456789abcdef02468ace","persistent":true,"force":false}""",
            """{"id":"a3f1c5d7e9024b6880acbedf1032547698badcfe0123456789abcdef02468ace"}""",
            """{"endpoint":"tcp://[::1]:9001","ban_ms":1000}""",
            """{"a":[[[[[[[1]]]]]]]}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "\"host\"", "\"port\"", "\"scheme\"", "\"expected_id\"", "\"persistent\"", "\"force\"", "\"id\"", "\"endpoint\"", "\"ban_ms\"", ":", ",", "{", "}", "[", "]",
            "null", "true", "false", "-1", "0", "65535", "65536", "1e4", "9001.0", "99999999999999999999", "\\u0000", "\\ud800", "\\\"", "//", "/*", "tcp://", "[::1]", "::ffff:1.2.3.4", "%25eth0", "@", "#", " ", "\r\n", "xn--", "quic",
        }.Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xFF], [0],
    ];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        bool taken = ConnectBody.TryParse(input, out ConnectBody connect, out ControlError? error);
        See(taken, error, coverage, 0);
        if (taken)
        {
            string text = connect.Endpoint.ToString();
            Broken.Unless(PeerEndpoint.TryParse(text, out PeerEndpoint? again) && again == connect.Endpoint, $"{text} is not read as it is written");
            Broken.Unless(!text.AsSpan().ContainsAnyExceptInRange('!', '~'), "an endpoint is not printable");
        }

        taken = DisconnectBody.TryParse(input, out _, out error);
        See(taken, error, coverage, 10_000);
    }

    public void Dispose()
    {
    }

    private static void See(bool taken, ControlError? error, Coverage coverage, int route)
    {
        Broken.Unless(taken == error is null, "an answer and an error, or neither");
        coverage.Visit(route + (error is null ? 1 : 2 + ((error.Kind.Code.Length * 31) ^ (error.Detail.Length * 7) ^ (error.Field?.Length ?? 0))));
        Broken.Unless(error is null || error.Kind.Status is >= 400 and < 500, "a stranger's bytes are an error of this side");
        Broken.Unless(error?.Field is null || !error.Field.AsSpan().ContainsAnyExceptInRange(' ', '~'), "the name of a field is not printable");
    }
}
