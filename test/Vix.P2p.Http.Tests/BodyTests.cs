using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Tests;

public class BodyTests
{
    private const string Good = """{"host":"127.0.0.1","port":9002}""";

    [TestCaseSource(typeof(BadBodies), nameof(BadBodies.Connects))]
    public void ConnectBody_Bad_NamesTheError(string body, string code, string? field)
    {
        ConnectBody.TryParse(Encoding.UTF8.GetBytes(body), out _, out ControlError? error).Should().BeFalse();

        error!.Kind.Code.Should().Be(code);
        error.Field.Should().Be(field);
    }

    [Test]
    public async Task PostConnect_WholeCorpus_AnswersTheErrorAndDialsNothing()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        int count = 0;
        foreach (TestCaseData bad in BadBodies.Connects())
        {
            string body = (string)bad.Arguments[0]!;
            foreach (string variant in Variants(body))
            {
                using HttpResponseMessage response = await app.PostAsync("/p2p/connect", variant);
                string text = await response.Content.ReadAsStringAsync();
                response.StatusCode.Should().Be(HttpStatusCode.BadRequest, "{0} gave {1}", variant, text);
                text.Should().StartWith("""{"ok":false,"error":""");
                count++;
            }
        }

        count.Should().BeGreaterThan(480);
        app.Node.Connects.Should().BeEmpty();
        app.Log.Own(Microsoft.Extensions.Logging.LogLevel.Error).Should().BeEmpty();

        // Ways of writing the same wrong body.
        static IEnumerable<string> Variants(string body) =>
            [body, " " + body, body + "\n", "\t\r\n" + body + " ", body.Replace(":", " : ")];
    }

    [TestCase("""{"host":"127.0.0.1","port":9002}""", "tcp://127.0.0.1:9002")]
    [TestCase("""{"port":65535,"scheme":"quic","host":"EXAMPLE.org"}""", "quic://example.org:65535")]
    [TestCase("""{"host":"::1","port":1}""", "tcp://[::1]:1")]
    [TestCase("""{"\u0068ost":"\u0061","port":1}""", "tcp://a:1")]
    [TestCase("  {\"host\":\"a\",\r\n\"port\":1}\n", "tcp://a:1")]
    public void ConnectBody_Good_GivesTheEndpoint(string json, string endpoint)
    {
        ConnectBody.TryParse(Encoding.UTF8.GetBytes(json), out ConnectBody body, out ControlError? error).Should().BeTrue();

        error.Should().BeNull();
        body.Endpoint.ToString().Should().Be(endpoint);
        body.Options.Should().BeEquivalentTo(new ConnectOptions());
    }

    [Test]
    public void ConnectBody_AllOptions_AreTaken()
    {
        string json = $$"""{"host":"a","port":1,"expected_id":"{{SampleData.PeerId1}}","persistent":true,"force":true}""";

        ConnectBody.TryParse(Encoding.UTF8.GetBytes(json), out ConnectBody body, out _).Should().BeTrue();

        body.Options.ExpectedId.Should().Be(SampleData.PeerId1);
        body.Options.Persistent.Should().BeTrue();
        body.Options.Force.Should().BeTrue();
    }

    [TestCase("{}", "invalid_json", "id")]
    [TestCase("""{"id":"r12","endpoint":"tcp://a:1"}""", "invalid_json", "id")]
    [TestCase("""{"id":5}""", "invalid_json", "id")]
    [TestCase("""{"id":""}""", "invalid_json", "id")]
    [TestCase("""{"id":null,"endpoint":"tcp://a:1"}""", "invalid_json", "id")]
    [TestCase("""{"endpoint":5}""", "invalid_endpoint", "endpoint")]
    [TestCase("""{"endpoint":"a:1"}""", "invalid_endpoint", "endpoint")]
    [TestCase("""{"endpoint":"tcp://a"}""", "invalid_endpoint", "endpoint")]
    [TestCase("""{"endpoint":"tcp://a:0"}""", "invalid_endpoint", "endpoint")]
    [TestCase("""{"endpoint":"tcp://::1:1"}""", "invalid_endpoint", "endpoint")]
    [TestCase("""{"id":"r12","ban_ms":0}""", "invalid_json", "ban_ms")]
    [TestCase("""{"id":"r12","id":"r12"}""", "invalid_json", "id")]
    public void DisconnectBody_Bad_NamesTheError(string json, string code, string field)
    {
        DisconnectBody.TryParse(Encoding.UTF8.GetBytes(json), out _, out ControlError? error).Should().BeFalse();

        error!.Kind.Code.Should().Be(code);
        error.Field.Should().Be(field);
    }

    [Test]
    public void Bodies_HundredThousandMutations_AreReadOrRefused()
    {
        byte[][] seeds =
        [
            .. BadBodies.Connects().Select(bad => Encoding.UTF8.GetBytes((string)bad.Arguments[0]!)).Where(seed => seed.Length is > 0 and < 300),
            Encoding.UTF8.GetBytes(Good),
            Encoding.UTF8.GetBytes($$"""{"host":"a","port":1,"expected_id":"{{SampleData.PeerId1}}","persistent":true,"force":true}"""),
            Encoding.UTF8.GetBytes("""{"endpoint":"tcp://[::1]:1"}"""),
        ];
        Random random = new(20260314);
        int read = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] body = Mutations.Of(seeds[random.Next(seeds.Length)], seeds[random.Next(seeds.Length)], random);
            if (ConnectBody.TryParse(body, out ConnectBody connect, out ControlError? error))
            {
                read++;
                connect.Endpoint.Port.Should().BeInRange(1, 65535);
            }

            (error is null).Should().Be(connect.Endpoint is not null);
            bool disconnect = DisconnectBody.TryParse(body, out _, out error);
            (error is null).Should().Be(disconnect);
        }

        read.Should().BeGreaterThan(100, "some mutations must stay good, or the test shows nothing");
    }

    [Test]
    public void Bodies_AnyText_AreReadOrRefused() =>
        Prop.ForAll<string?>(text =>
        {
            byte[] body = Encoding.UTF8.GetBytes("{\"host\":" + JsonSerializer.Serialize(text) + ",\"port\":1}");
            bool ok = ConnectBody.TryParse(body, out ConnectBody connect, out ControlError? error);
            return ok ? connect.Endpoint.Host.Length <= 253 && error is null : error!.Kind.Status == 400;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [TestCase(4096, HttpStatusCode.OK)]
    [TestCase(4097, HttpStatusCode.RequestEntityTooLarge)]
    [TestCase(20 * 1024 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    public async Task PostConnect_OfThatLength_Answers(int length, HttpStatusCode status)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        foreach (bool chunked in (bool[])[false, true])
        {
            byte[] bytes = Encoding.ASCII.GetBytes(Good.PadRight(length));
            using HttpContent content = chunked ? new StreamContent(new UnseekableStream(bytes)) : new ByteArrayContent(bytes);
            content.Headers.ContentType = new("application/json");

            using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, "/p2p/connect", content);

            if (status == HttpStatusCode.OK)
                await response.ShouldBeOk();
            else
                await response.ShouldBeError(status, "payload_too_large");
        }
    }

    [Test]
    public async Task PostConnect_BodyThatDoesNotArrive_IsGivenUpInTime()
    {
        ManualTime time = new();
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<TimeProvider>(time) });
        Pipe pipe = new();
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes("{\"host\""));
        using StreamContent content = new(pipe.Reader.AsStream());
        content.Headers.ContentType = new("application/json");

        Task<HttpResponseMessage> sending = app.SendAsync(HttpMethod.Post, "/p2p/connect", content);
        await time.TimerSetAsync();
        sending.IsCompleted.Should().BeFalse();
        time.Fire(BodyReader.Timeout);
        await pipe.Writer.CompleteAsync();

        using HttpResponseMessage response = await sending;
        JsonElement body = await response.ShouldBeError(HttpStatusCode.BadRequest, "invalid_json");
        body.GetProperty("detail").GetString().Should().Contain("5 seconds");
    }

    [Test]
    public async Task AnyRoute_FormShapedBodies_NeverChangeAnything()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        foreach (string path in (string[])["/p2p/connect", "/p2p/disconnect"])
        {
            using FormUrlEncodedContent form = new([new("host", "127.0.0.1"), new("port", "9002"), new("id", "r12")]);
            using MultipartFormDataContent multipart = new() { { new StringContent("127.0.0.1"), "host" } };
            using StringContent plain = new(Good, Encoding.UTF8, "text/plain");
            foreach (HttpContent content in (HttpContent[])[form, multipart, plain])
            {
                using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, path, content);
                await response.ShouldBeError(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
            }
        }

        app.Node.Connects.Should().BeEmpty();
        app.Node.Disconnects.Should().BeEmpty();
    }

    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
