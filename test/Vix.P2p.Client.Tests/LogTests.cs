using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Vix.P2p.Client.Tests;

/// <summary>JSON lines, however they arrive.</summary>
public sealed class LogTests
{
    private const string Ndjson = "application/x-ndjson";

    [TestCase("\n", true)]
    [TestCase("\n", false)]
    [TestCase("\r\n", true)]
    [TestCase("\n\n", false)]
    public async Task GetLogs_HoweverItArrives_GivesTheLines(string end, bool endsWithIt)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("\uFEFF" + string.Join(end, Line(1), Line(2), Line(3)) + (endsWithIt ? end : ""));
        for (int split = 0; split <= bytes.Length; split++)
        {
            LiveBody body = new(Ndjson);
            await body.WriteAsync(bytes[..split]);
            using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
            Task<IReadOnlyList<P2pLogLine>> call = handler.Client().GetLogsAsync();
            await body.WriteAsync(bytes[split..]);
            body.End();

            (await call.Soon()).Select(line => line.Seq).Should().Equal(1, 2, 3);
        }
    }

    [Test]
    public async Task GetLogs_None_IsEmpty()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer("", type: Ndjson);

        (await handler.Client().GetLogsAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task GetLogs_LineOfSeveralReads_IsWhole()
    {
        string message = new('x', 100_000);
        using ScriptedHandler handler = new ScriptedHandler().Answer(Line(1).Replace("hello", message, StringComparison.Ordinal) + "\n", type: Ndjson);

        (await handler.Client().GetLogsAsync()).Single().Message.Should().Be(message);
    }

    [TestCase("{}\n")]
    [TestCase("null\n")]
    [TestCase("<html>\n")]
    [TestCase("[1]\n")]
    public async Task GetLogs_LineThatIsNone_IsAnInvalidResponse(string line)
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(Line(1) + "\n" + line, type: Ndjson);

        P2pControlException e = (await handler.Client().Awaiting(client => client.GetLogsAsync()).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.InvalidResponse);
    }

    [TestCase("text/html")]
    [TestCase("application/json")]
    [TestCase(null)]
    public async Task GetLogs_OfAnotherMediaType_IsAnInvalidResponse(string? type)
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(Line(1) + "\n", type: type);

        P2pControlException e = (await handler.Client().Awaiting(client => client.GetLogsAsync()).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.InvalidResponse);
    }

    [Test]
    public async Task GetLogs_HalfALastLine_IsCutOff()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(Line(1) + "\n" + Line(2)[..20], type: Ndjson);

        await handler.Client().Awaiting(client => client.GetLogsAsync()).Should().ThrowAsync<HttpRequestException>();
    }

    [Test]
    public async Task GetLogs_Endless_IsGivenUpAtTheLimit()
    {
        string many = string.Concat(Enumerable.Range(0, 10_000).Select(i => Line(i) + "\n"));
        using ScriptedHandler handler = new ScriptedHandler().Answer(many, type: Ndjson);

        P2pControlException e = (await handler.Client(configure: options => options.MaxResponseBytes = 100_000)
            .Awaiting(client => client.GetLogsAsync()).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.ResponseTooLarge);
    }

    [Test]
    public async Task FollowLogs_LineThatDoesNotEnd_IsGivenUpAtAMebibyte()
    {
        EndlessStream endless = new();
        HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(endless) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(Ndjson);
        using ScriptedHandler handler = new ScriptedHandler().Answer(response);
        await using IAsyncEnumerator<P2pLogLine> lines = handler.Client().FollowLogsAsync().GetAsyncEnumerator();

        P2pControlException e = (await lines.Awaiting(it => it.MoveNextAsync().Soon()).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.ResponseTooLarge);
        endless.Given.Should().BeLessThan(1100 * 1024);
        endless.IsDisposed.Should().BeTrue();
    }

    [Test]
    public async Task FollowLogs_Lines_ArriveAsTheyAreWrittenUntilTheEnd()
    {
        LiveBody body = new(Ndjson);
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using IAsyncEnumerator<P2pLogLine> lines = handler.Client(configure: options => options.MaxResponseBytes = 1024).FollowLogsAsync().GetAsyncEnumerator();

        for (int i = 1; i <= 100; i++)
        {
            await body.WriteAsync(Line(i) + "\n\n");
            (await lines.MoveNextAsync().Soon()).Should().BeTrue();
            lines.Current.Seq.Should().Be(i, "a stream has no end and so no limit");
        }

        body.End();
        (await lines.MoveNextAsync().Soon()).Should().BeFalse();
    }

    [Test]
    public async Task FollowLogs_SilenceOf45Seconds_IsADeadConnection()
    {
        ManualTimeProvider time = new();
        LiveBody body = new(Ndjson);
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using IAsyncEnumerator<P2pLogLine> lines = handler.Client(time: time).FollowLogsAsync().GetAsyncEnumerator();
        Task<bool> next = lines.MoveNextAsync().AsTask();
        await Waiting.UntilAsync(() => time.ArmedTimers == 1);

        time.Advance(TimeSpan.FromSeconds(45));

        (await next.Soon().Awaiting(it => it).Should().ThrowAsync<HttpRequestException>()).WithInnerException<TimeoutException>();
    }

    private static string Line(int seq) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"seq":{{seq}},"at":"2026-03-14T09:26:53.589Z","level":"Information","event_id":1001,"message":"hello"}""");
}
