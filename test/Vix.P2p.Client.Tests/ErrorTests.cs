using System.IO.Compression;
using System.Net.Http.Headers;

namespace Vix.P2p.Client.Tests;

/// <summary>What answers that are no success, or none of a control plane's, come to.</summary>
public sealed class ErrorTests
{
    private const string Error = """{"ok":false,"error":"endpoint_denied","hint":"Dial another.","field":"host","type":"urn:vix:p2p:error:endpoint_denied","title":"Denied","status":403,"detail":"It is refused.","trace_id":"t1","new_member":{"a":[1]}}""";
    private const string Ping = """{"ok":true,"pong":true,"module":"p2p_http"}""";

    [TestCase("application/json")]
    [TestCase("application/problem+json; charset=utf-8")]
    public async Task Call_ErrorBody_IsTheException(string type)
    {
        P2pControlException e = await FailAsync(ScriptedHandler.Response(Error, HttpStatusCode.Forbidden, type));

        e.Code.Should().Be("endpoint_denied");
        e.Status.Should().Be(HttpStatusCode.Forbidden);
        e.Hint.Should().Be("Dial another.");
        e.Field.Should().Be("host");
        e.Detail.Should().Be("It is refused.");
        e.TraceId.Should().Be("t1");
        e.RetryAfter.Should().BeNull();
        e.Message.Should().Be("It is refused. Dial another. (endpoint_denied, HTTP 403)");
    }

    [TestCase(HttpStatusCode.BadGateway, "text/html", "<html>502</html>", "http_error")]
    [TestCase(HttpStatusCode.ServiceUnavailable, null, "", "http_error")]
    [TestCase(HttpStatusCode.InternalServerError, "application/json", "", "http_error")]
    [TestCase(HttpStatusCode.InternalServerError, "application/json", "{\"ok\":fal", "http_error")]
    [TestCase(HttpStatusCode.InternalServerError, "application/json", "[]", "http_error")]
    [TestCase(HttpStatusCode.InternalServerError, "application/json", "null", "http_error")]
    [TestCase(HttpStatusCode.InternalServerError, "application/json", "{\"ok\":false,\"error\":null,\"hint\":null,\"type\":null,\"title\":null,\"status\":1,\"detail\":null,\"trace_id\":null}", "http_error")]
    [TestCase(HttpStatusCode.InternalServerError, "application/json", "\u0000\uFFFF", "http_error")]
    [TestCase(HttpStatusCode.Unauthorized, null, "", "unauthorized")]
    [TestCase(HttpStatusCode.Forbidden, "text/plain", "no", "forbidden")]
    [TestCase(HttpStatusCode.NotFound, "text/html", "<html>", "not_found")]
    [TestCase(HttpStatusCode.TooManyRequests, null, "", "rate_limited")]
    [TestCase(HttpStatusCode.Found, "text/html", "moved", "redirected")]
    [TestCase(HttpStatusCode.NotModified, null, "", "redirected")]
    [TestCase((HttpStatusCode)599, "application/json", "{}", "http_error")]
    public async Task Call_ErrorOfSomeoneElse_HasAPlainCode(HttpStatusCode status, string? type, string body, string code)
    {
        P2pControlException e = await FailAsync(ScriptedHandler.Response(body, status, type));

        e.Code.Should().Be(code);
        e.Status.Should().Be(status);
        e.Field.Should().BeNull();
        e.TraceId.Should().BeNull();
    }

    [TestCase("text/html", "<html>Log in</html>")]
    [TestCase(null, Ping)]
    [TestCase("text/plain", Ping)]
    [TestCase("application/json", "")]
    [TestCase("application/json", "<html>")]
    [TestCase("application/json", "null")]
    [TestCase("application/json", "[]")]
    [TestCase("application/json", "{}")]
    [TestCase("application/json", "{\"ok\":true,\"pong\":true,\"module\":null}")]
    [TestCase("application/json", "{\"ok\":true,\"pong\":true,\"module\":\"p2p_http\"}x")]
    [TestCase("application/json", "{\"ok\":true,\"pong\":true,\"module\":\"p2p_")]
    [TestCase("application/json", "{\"ok\":\"true\",\"pong\":true,\"module\":\"p2p_http\"}")]
    public async Task Call_SuccessOfSomeoneElse_IsAnInvalidResponse(string? type, string body)
    {
        P2pControlException e = await FailAsync(ScriptedHandler.Response(body, HttpStatusCode.OK, type));

        e.Code.Should().Be(P2pControlErrorCode.InvalidResponse);
        e.Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Call_DepthBomb_IsAnInvalidResponse()
    {
        P2pControlException e = await FailAsync(ScriptedHandler.Response($$"""{"ok":true,"pong":true,"module":"p2p_http","a":{{new string('[', 100_000)}}"""));

        e.Code.Should().Be(P2pControlErrorCode.InvalidResponse);
    }

    [Test]
    public async Task Call_UnknownMembers_AreIgnored()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer("\uFEFF" + """{"new":[{"a":null}],"ok":true,"pong":true,"module":"p2p_http","more":1}""");

        (await handler.Client().PingAsync()).Module.Should().Be("p2p_http");
    }

    [TestCase("""{"ok":true,"peers":[null],"total":1,"matched":1,"returned":1,"revision":1}""")]
    [TestCase("""{"ok":true,"peers":null,"total":1,"matched":1,"returned":1,"revision":1}""")]
    [TestCase("""{"ok":true,"peers":[{"key":null}],"total":1,"matched":1,"returned":1,"revision":1}""")]
    [TestCase("""{"ok":true,"peers":[],"total":99999999999,"matched":1,"returned":1,"revision":1}""")]
    public async Task GetPeers_NullInPlaceOfARow_IsAnInvalidResponse(string body)
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(body);

        P2pControlException e = (await handler.Client().Awaiting(client => client.GetPeersAsync()).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.InvalidResponse);
    }

    [Test]
    public async Task Call_EscapeCodesInAnError_AreTakenOut()
    {
        string hostile = """{"ok":false,"error":"a\u001b[2J","hint":"b\r\nc\u0007","type":"t","title":"t","status":400,"detail":"d\u009b0m","trace_id":"e\u0000"}""";

        P2pControlException e = await FailAsync(ScriptedHandler.Response(hostile, HttpStatusCode.BadRequest));

        e.Message.Should().Be("d?0m b??c? (a?[2J, HTTP 400)");
        e.TraceId.Should().Be("e?");
    }

    [Test]
    public async Task Call_LongErrorText_IsCut()
    {
        P2pControlException e = await FailAsync(ScriptedHandler.Response(Error.Replace("It is refused.", new string('x', 50_000), StringComparison.Ordinal), HttpStatusCode.Forbidden));

        e.Code.Should().Be("endpoint_denied");
        e.Detail.Length.Should().BeLessThan(1100);
    }

    [Test]
    public async Task Call_RetryAfter_IsTold()
    {
        ManualTimeProvider time = new();
        foreach (RetryConditionHeaderValue value in (RetryConditionHeaderValue[])[new(TimeSpan.FromSeconds(7)), new(time.GetUtcNow() + TimeSpan.FromSeconds(7))])
        {
            HttpResponseMessage response = ScriptedHandler.Response("", HttpStatusCode.TooManyRequests);
            response.Headers.RetryAfter = value;

            (await FailAsync(response, time)).RetryAfter.Should().Be(TimeSpan.FromSeconds(7));
        }
    }

    [Test]
    public async Task Call_BodyBeyondTheLimit_IsNotReadOn()
    {
        EndlessStream endless = new();
        HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(endless) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        P2pControlException e = await FailAsync(response);

        e.Code.Should().Be(P2pControlErrorCode.ResponseTooLarge);
        endless.Given.Should().BeInRange(64 * 1024, 1024 * 1024);
        endless.IsDisposed.Should().BeTrue("the connection is given up");
    }

    [Test]
    public async Task Call_BodyThatSaysItIsTooLong_IsNotReadAtAll()
    {
        EndlessStream endless = new();
        HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(endless) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        response.Content.Headers.ContentLength = long.MaxValue;

        P2pControlException e = await FailAsync(response);

        e.Code.Should().Be(P2pControlErrorCode.ResponseTooLarge);
        endless.Given.Should().Be(0);
    }

    [TestCase(HttpStatusCode.InternalServerError, "http_error")]
    [TestCase(HttpStatusCode.Unauthorized, "unauthorized")]
    public async Task Call_EndlessError_IsItsStatus(HttpStatusCode status, string code)
    {
        EndlessStream endless = new();
        HttpResponseMessage response = new(status) { Content = new StreamContent(endless) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await FailAsync(response)).Code.Should().Be(code);
        endless.Given.Should().BeLessThan(256 * 1024);
    }

    [Test]
    public async Task Call_CompressedGarbage_DoesNotPassForTooLarge()
    {
        HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(new GZipStream(new MemoryStream("not gzip at all"u8.ToArray()), CompressionMode.Decompress)) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await FailAsync(response)).Code.Should().Be(P2pControlErrorCode.InvalidResponse);
    }

    [Test]
    public async Task Call_CutOff_IsANetworkFailure()
    {
        LiveBody body = new("application/json");
        await body.WriteAsync("""{"ok":true,""");
        body.End(new HttpIOException(HttpRequestError.ResponseEnded));
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);

        HttpRequestException e = (await handler.Client().Awaiting(client => client.PingAsync()).Should().ThrowAsync<HttpRequestException>()).Which;

        e.HttpRequestError.Should().Be(HttpRequestError.ResponseEnded);
    }

    [Test]
    public async Task Call_NobodyListens_IsANetworkFailure()
    {
        using ScriptedHandler handler = new ScriptedHandler().Fail(new HttpRequestException(HttpRequestError.ConnectionError));

        await handler.Client().Awaiting(client => client.PingAsync()).Should().ThrowAsync<HttpRequestException>();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Call_NoAnswerInTime_IsATimeout(bool headersCome)
    {
        ManualTimeProvider time = new();
        LiveBody body = new("application/json");
        using ScriptedHandler handler = new ScriptedHandler().Answer(async (_, cancellationToken) =>
        {
            if (!headersCome)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return body.Response;
        });
        Task<P2pPingResponse> call = handler.Client(time: time).PingAsync();

        time.Advance(TimeSpan.FromSeconds(29.9));
        call.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(0.2));

        TaskCanceledException e = (await call.Soon().Awaiting(it => it).Should().ThrowAsync<TaskCanceledException>()).Which;
        e.InnerException.Should().BeOfType<TimeoutException>();
        e.Message.Should().Contain("30 s");
        time.ArmedTimers.Should().Be(0);
    }

    [Test]
    public async Task Call_Cancelled_IsNoTimeout()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(new LiveBody("application/json").Response);
        using CancellationTokenSource source = new();
        Task<P2pPingResponse> call = handler.Client().PingAsync(source.Token);

        await source.CancelAsync();

        OperationCanceledException e = (await call.Soon().Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>()).Which;
        (e.InnerException is TimeoutException).Should().BeFalse();
    }

    [Test]
    public async Task GetPeers_ThatWaits_HasItsWaitInAddition()
    {
        ManualTimeProvider time = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(new LiveBody("application/json").Response);
        Task<P2pPeersResponse> call = handler.Client(time: time).GetPeersAsync(new P2pPeersQuery { Revision = 1, Wait = TimeSpan.FromSeconds(60) });

        time.Advance(TimeSpan.FromSeconds(89.9));
        call.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(0.2));

        await call.Soon().Awaiting(it => it).Should().ThrowAsync<TaskCanceledException>();
    }

    [TestCase("""{"ok":true}""", HttpStatusCode.OK, true)]
    [TestCase("""{"ok":false}""", HttpStatusCode.ServiceUnavailable, false)]
    public async Task GetReadiness_EitherAnswer_IsAnAnswer(string body, HttpStatusCode status, bool ok)
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(body, status);

        (await handler.Client().GetReadinessAsync()).Ok.Should().Be(ok);
    }

    [TestCase(Error, HttpStatusCode.Forbidden, "application/json", "endpoint_denied")]
    [TestCase(Error, HttpStatusCode.ServiceUnavailable, "application/json", "endpoint_denied")]
    [TestCase("""{"ok":false}""", HttpStatusCode.InternalServerError, "application/json", "http_error")]
    [TestCase("<html>", HttpStatusCode.ServiceUnavailable, "text/html", "http_error")]
    [TestCase("<html>", HttpStatusCode.OK, "text/html", "invalid_response")]
    [TestCase("{}", HttpStatusCode.OK, "application/json", "invalid_response")]
    public async Task GetReadiness_AnswerOfSomeoneElse_IsTheException(string body, HttpStatusCode status, string type, string code)
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(body, status, type);

        P2pControlException e = (await handler.Client().Awaiting(client => client.GetReadinessAsync()).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(code);
    }

    private static async Task<P2pControlException> FailAsync(HttpResponseMessage response, TimeProvider? time = null)
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(response);
        P2pControlClient client = handler.Client(time: time, configure: options => options.MaxResponseBytes = 256 * 1024);
        return (await client.Awaiting(it => it.PingAsync()).Should().ThrowAsync<P2pControlException>()).Which;
    }
}
