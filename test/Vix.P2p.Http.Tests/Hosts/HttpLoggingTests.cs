using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>A host that logs all there is to log about requests and answers.</summary>
public sealed partial class HttpLoggingTests
{
    private static readonly (string, string)[] Caller = [(ControlApp.RemoteHeader, "192.0.2.9"), ("Authorization", "Bearer " + ControlApp.Key)];

    [Test]
    public async Task HttpLogging_WithAllFields_ChangesNoAnswerAndShowsNoKey()
    {
        await using ControlApp plain = await MappedRoute.StartAsync(Setup(logging: false));
        await using ControlApp app = await MappedRoute.StartAsync(Setup(logging: true));
        foreach ((MappedRoute logged, MappedRoute route) in MappedRoute.Of(app).Zip(MappedRoute.Of(plain)))
        {
            using HttpResponseMessage actual = await logged.SendAsync(app, Caller);
            using HttpResponseMessage expected = await route.SendAsync(plain, Caller);
            actual.StatusCode.Should().Be(expected.StatusCode, route.Name);
            (await BodyAsync(actual)).Should().Be(await BodyAsync(expected), route.Name);
        }

        string log = string.Join('\n', app.Log.Lines.Select(line => line.Text));
        log.Should().Contain("Authorization: [Redacted]").And.Contain("RequestBody").And.Contain("ResponseBody", "all fields are logged, or the test shows nothing");
        log.Should().NotContain(ControlApp.Key);
    }

    [Test]
    public async Task HttpLogging_OfALargeBody_DoesNotMakeItRead()
    {
        await using ControlApp app = await MappedRoute.StartAsync(Setup(logging: true));

        using ByteArrayContent content = new(new byte[1024 * 1024]);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, "/p2p/connect", content, Caller);

        await response.ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    // Each request has a trace of its own, and an event the moment it was written.
    private static async Task<string> BodyAsync(HttpResponseMessage response) =>
        Moment().Replace((await response.Content.ReadAsStringAsync()).Split("\"trace_id\"")[0], "\"at\":\"\"");

    [GeneratedRegex("\"at\":\"[^\"]*\"")]
    private static partial Regex Moment();

    private static ControlAppSetup Setup(bool logging) => new()
    {
        Settings = [("P2p:Control:ApiKey", ControlApp.Key)],
        Services = services => services.AddHttpLogging(options =>
        {
            options.LoggingFields = HttpLoggingFields.All;
            options.CombineLogs = false;
        }),
        Pipeline = app =>
        {
            if (logging)
                app.UseHttpLogging();
        },
    };
}
