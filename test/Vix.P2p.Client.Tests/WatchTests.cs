using System.Net.Http.Headers;

namespace Vix.P2p.Client.Tests;

/// <summary>How a watch holds on to a stream, on a clock that stands still.</summary>
public sealed class WatchTests
{
    private readonly ManualTimeProvider _time = new();

    [Test]
    public async Task Watch_Events_ArriveAsTheyAreSent()
    {
        LiveBody body = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using WatchLog watch = new(handler.Client(time: _time));

        (await watch.StateAsync()).IsConnected.Should().BeTrue();
        await body.WriteAsync(Event("status", 1) + ":\n\n" + Event("peer_connected", 2)[..20]);
        (await watch.NextAsync()).Type.Should().Be(P2pEventType.Status);
        await body.WriteAsync(Event("peer_connected", 2)[20..]);

        (await watch.NextAsync()).Revision.Should().Be(2);
        handler.Requests.Single().Header("Last-Event-ID").Should().BeNull();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Watch_StreamThatEnds_IsConnectedAgainAndContinues(bool withError)
    {
        LiveBody first = new();
        LiveBody second = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(first.Response).Answer(second.Response);
        await using WatchLog watch = new(handler.Client(ControlHost.Key, _time));
        await watch.StateAsync();
        await first.WriteAsync(Event("peer_connected", 7) + "id: i-8\ndata: half");
        await watch.NextAsync();

        first.End(withError ? new HttpIOException(HttpRequestError.ResponseEnded) : null);
        P2pWatchState lost = await watch.StateAsync();
        await PassAsync(lost.RetryIn!.Value);
        P2pWatchState back = await watch.StateAsync();
        await second.WriteAsync(Event("resync", 9) + Event("status", 9));

        lost.IsConnected.Should().BeFalse();
        lost.Failures.Should().Be(1);
        (lost.Error is HttpRequestException).Should().Be(withError);
        back.IsConnected.Should().BeTrue();
        handler.Requests[1].Header("Last-Event-ID").Should().Be("i-7", "half an event was not seen");
        handler.Requests[1].Header("Authorization").Should().Be("Bearer " + ControlHost.Key);
        (await watch.NextAsync()).Type.Should().Be(P2pEventType.Resync);
        (await watch.NextAsync()).Type.Should().Be(P2pEventType.Status);
    }

    [Test]
    public async Task Watch_LastEventIdOfTheCaller_IsSentAtFirst()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(new LiveBody().Response);
        await using WatchLog watch = new(handler.Client(time: _time), new P2pWatchOptions { LastEventId = "i-5" });
        await watch.StateAsync();

        handler.Requests.Single().Header("Last-Event-ID").Should().Be("i-5");
    }

    [Test]
    public async Task Watch_ServerThatIsGone_IsTriedWithGrowingPauses()
    {
        LiveBody first = new();
        LiveBody last = new();
        using ScriptedHandler handler = new ScriptedHandler()
            .Answer(first.Response)
            .Fail(new HttpRequestException(HttpRequestError.ConnectionError))
            .Answer("<html>", HttpStatusCode.BadGateway, "text/html")
            .Answer("", HttpStatusCode.ServiceUnavailable)
            .Fail(new TaskCanceledException("", new TimeoutException()))
            .Fail(new HttpRequestException(HttpRequestError.NameResolutionError))
            .Fail(new HttpRequestException(HttpRequestError.SecureConnectionError))
            .Answer(last.Response);
        await using WatchLog watch = new(handler.Client(time: _time));
        await watch.StateAsync();
        first.End();

        int[] mostMs = [500, 1000, 2000, 4000, 8000, 10_000, 10_000];
        for (int i = 0; i < mostMs.Length; i++)
        {
            P2pWatchState state = await watch.StateAsync();
            state.IsConnected.Should().BeFalse();
            state.Failures.Should().Be(i + 1);
            (state.Error is null).Should().Be(i == 0);
            state.RetryIn!.Value.TotalMilliseconds.Should().BeInRange(mostMs[i] / 2.0, mostMs[i]);
            await PassAsync(state.RetryIn.Value);
        }

        (await watch.StateAsync()).Should().Be(new P2pWatchState { IsConnected = true, Failures = 7 });
        // A stream that lasts clears the count, one that breaks off at once does not.
        _time.Advance(TimeSpan.FromSeconds(10));
        last.End();
        (await watch.StateAsync()).Failures.Should().Be(1);
    }

    [Test]
    public async Task Watch_StreamsThatBreakOffAtOnce_AreFailures()
    {
        using ScriptedHandler handler = new();
        for (int i = 0; i < 4; i++)
            handler.Answer(ScriptedHandler.Response(Event("status", 1), type: "text/event-stream"));
        await using WatchLog watch = new(handler.Client(time: _time));

        for (int failures = 1; failures <= 3; failures++)
        {
            (await watch.StateAsync()).IsConnected.Should().BeTrue();
            P2pWatchState state = await watch.StateAsync();
            state.Failures.Should().Be(failures);
            await PassAsync(state.RetryIn!.Value);
        }
    }

    [Test]
    public async Task Watch_SilenceOf45Seconds_IsADeadConnection()
    {
        LiveBody first = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(first.Response).Answer(new LiveBody().Response);
        await using WatchLog watch = new(handler.Client(time: _time));
        await watch.StateAsync();
        await Waiting.UntilAsync(() => _time.ArmedTimers == 1);
        _time.Advance(TimeSpan.FromSeconds(44));
        await first.WriteAsync(":\n\n" + Event("status", 1));
        await watch.NextAsync();
        await Waiting.UntilAsync(() => _time.ArmedTimers == 1);

        _time.Advance(TimeSpan.FromSeconds(44));
        watch.Run.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(2));

        P2pWatchState state = await watch.StateAsync();
        state.Error.Should().BeOfType<HttpRequestException>().Which.InnerException.Should().BeOfType<TimeoutException>();
        await PassAsync(state.RetryIn!.Value);
        (await watch.StateAsync()).IsConnected.Should().BeTrue();
        handler.Requests[1].Header("Last-Event-ID").Should().Be("i-1");
    }

    [Test]
    public async Task Watch_ConsumerThatTakesItsTime_IsNotSilence()
    {
        LiveBody body = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using IAsyncEnumerator<P2pEvent> events = handler.Client(time: _time).WatchAsync().GetAsyncEnumerator();
        await body.WriteAsync(Event("status", 1));
        await events.MoveNextAsync().Soon();

        _time.Advance(TimeSpan.FromHours(1));
        await body.WriteAsync(Event("peer_connected", 2));

        (await events.MoveNextAsync().Soon()).Should().BeTrue();
        events.Current.Revision.Should().Be(2);
        handler.Requests.Should().HaveCount(1);
    }

    [TestCase(7, 7)]
    [TestCase(100_000, 60)]
    public async Task Watch_TooManyStreams_WaitsAsTheServerAsks(int askedSeconds, int seconds)
    {
        HttpResponseMessage refused = ScriptedHandler.Response("", HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(askedSeconds));
        LiveBody first = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(first.Response).Answer(refused);
        await using WatchLog watch = new(handler.Client(time: _time));
        await watch.StateAsync();
        first.End();
        await PassAsync((await watch.StateAsync()).RetryIn!.Value);

        P2pWatchState state = await watch.StateAsync();

        state.RetryIn.Should().Be(TimeSpan.FromSeconds(seconds));
        state.Error.Should().BeOfType<P2pControlException>().Which.Code.Should().Be(P2pControlErrorCode.RateLimited);
    }

    [TestCase(HttpStatusCode.Unauthorized)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.NotFound)]
    [TestCase(HttpStatusCode.BadRequest)]
    [TestCase(HttpStatusCode.Found)]
    [TestCase(HttpStatusCode.OK)]
    public async Task Watch_RefusalForGood_EndsIt(HttpStatusCode status)
    {
        LiveBody first = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(first.Response).Answer("<html>", status, "text/html");
        await using WatchLog watch = new(handler.Client(time: _time), new P2pWatchOptions { WaitForServer = true });
        await watch.StateAsync();
        first.End();
        await PassAsync((await watch.StateAsync()).RetryIn!.Value);

        P2pControlException e = (await watch.Run.Soon().Awaiting(it => it).Should().ThrowAsync<P2pControlException>()).Which;

        e.Status.Should().Be(status);
        handler.Requests.Should().HaveCount(2);
    }

    [Test]
    public async Task Watch_FirstConnectionFails_Throws()
    {
        using ScriptedHandler handler = new ScriptedHandler().Fail(new HttpRequestException(HttpRequestError.ConnectionError));
        await using WatchLog watch = new(handler.Client(time: _time));

        await watch.Run.Soon().Awaiting(it => it).Should().ThrowAsync<HttpRequestException>();
    }

    [Test]
    public async Task Watch_FirstConnectionFailsAndIsWaitedFor_IsTriedAgain()
    {
        LiveBody body = new();
        using ScriptedHandler handler = new ScriptedHandler()
            .Fail(new HttpRequestException(HttpRequestError.ConnectionError))
            .Answer(body.Response);
        await using WatchLog watch = new(handler.Client(time: _time), new P2pWatchOptions { WaitForServer = true });

        await PassAsync((await watch.StateAsync()).RetryIn!.Value);
        (await watch.StateAsync()).IsConnected.Should().BeTrue();
        await body.WriteAsync(Event("status", 1));

        (await watch.NextAsync()).Revision.Should().Be(1);
    }

    [Test]
    public async Task Watch_HeadThatDoesNotCome_IsTriedAgain()
    {
        using ScriptedHandler handler = new ScriptedHandler()
            .Answer(async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return null!;
            })
            .Answer(new LiveBody().Response);
        await using WatchLog watch = new(handler.Client(time: _time), new P2pWatchOptions { WaitForServer = true });
        await Waiting.UntilAsync(() => _time.ArmedTimers == 1);

        _time.Advance(TimeSpan.FromSeconds(30));
        P2pWatchState state = await watch.StateAsync();
        await PassAsync(state.RetryIn!.Value);

        state.Error.Should().BeOfType<TaskCanceledException>();
        (await watch.StateAsync()).IsConnected.Should().BeTrue();
    }

    [Test]
    public async Task Watch_UnknownEvents_ArePassedOnWhereTheyCanBeRead()
    {
        LiveBody body = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using WatchLog watch = new(handler.Client(time: _time));

        await body.WriteAsync(Event("peer_renamed", 3) + "event: other\nid: i-4\ndata: {\"x\":1}\n\nevent: other\ndata: text\n\n" + Event("status", 5));

        (await watch.NextAsync()).Type.Should().Be("peer_renamed");
        (await watch.NextAsync()).Type.Should().Be("status");
    }

    [TestCase("event: status\ndata: {\n\n", "invalid_response")]
    [TestCase("event: peer_connected\ndata: null\n\n", "invalid_response")]
    [TestCase("event: resync\ndata: <html>\n\n", "invalid_response")]
    public async Task Watch_KnownEventThatIsNone_EndsIt(string text, string code)
    {
        LiveBody body = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using WatchLog watch = new(handler.Client(time: _time));

        await body.WriteAsync(text);

        (await watch.Run.Soon().Awaiting(it => it).Should().ThrowAsync<P2pControlException>()).Which.Code.Should().Be(code);
    }

    [Test]
    public async Task Watch_LineThatDoesNotEnd_IsGivenUpAtAMebibyte()
    {
        EndlessStream endless = new();
        HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(endless) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        using ScriptedHandler handler = new ScriptedHandler().Answer(response);
        await using WatchLog watch = new(handler.Client(time: _time));

        P2pControlException e = (await watch.Run.Soon().Awaiting(it => it).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.ResponseTooLarge);
        endless.Given.Should().BeInRange(1024 * 1024, 1100 * 1024);
        endless.IsDisposed.Should().BeTrue();
    }

    [TestCase("id: a b")]
    [TestCase("id: a\u00e9")]
    [TestCase("id: a\tb")]
    public async Task Watch_IdThatIsNoWord_IsNotSentBack(string line)
    {
        LiveBody first = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(first.Response).Answer(new LiveBody().Response);
        await using WatchLog watch = new(handler.Client(time: _time));
        await watch.StateAsync();
        await first.WriteAsync(Event("status", 1) + Event("status", 2).Replace("id: i-2", line, StringComparison.Ordinal));
        await watch.NextAsync();
        await watch.NextAsync();

        first.End();
        await PassAsync((await watch.StateAsync()).RetryIn!.Value);
        await watch.StateAsync();

        handler.Requests[1].Header("Last-Event-ID").Should().Be("i-1");
    }

    [Test]
    public async Task Watch_Left_GivesUpTheConnectionAndEveryTimer()
    {
        LiveBody body = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using WatchLog watch = new(handler.Client(time: _time));
        await watch.StateAsync();

        await watch.LeaveAsync();

        await watch.Run.Soon().Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>();
        _time.ArmedTimers.Should().Be(0);
    }

    [Test]
    public async Task Watch_LeftDuringAPause_EndsAtOnce()
    {
        LiveBody body = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(body.Response);
        await using WatchLog watch = new(handler.Client(time: _time));
        await watch.StateAsync();
        body.End();
        await watch.StateAsync();

        await watch.LeaveAsync();

        await watch.Run.Soon().Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>();
        _time.ArmedTimers.Should().Be(0);
    }

    // The pause is reported just before its timer is set.
    private async Task PassAsync(TimeSpan pause)
    {
        await Waiting.UntilAsync(() => _time.ArmedTimers == 1);
        _time.Advance(pause);
    }

    private static string Event(string type, long revision) =>
        $$"""
        event: {{type}}
        id: i-{{revision}}
        data: {"type":"{{type}}","revision":{{revision}},"at":"2026-03-14T09:26:53.589Z"}


        """.ReplaceLineEndings("\n");
}
