namespace Vix.P2p.Http.Tests.Support;

internal static class ResponseAssertions
{
    /// <summary>Checks the whole error contract, and gives the body for more.</summary>
    public static async Task<JsonElement> ShouldBeError(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        string text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(status, text);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        response.Content.Headers.ContentLength.Should().Be(System.Text.Encoding.UTF8.GetByteCount(text));
        response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        response.Headers.CacheControl!.ToString().Should().Be("no-store");
        response.Headers.Should().NotContain(header => header.Key.StartsWith("Access-Control"));
        JsonElement body = JsonDocument.Parse(text).RootElement;
        body.EnumerateObject().First().Name.Should().Be("ok");
        body.GetProperty("ok").GetBoolean().Should().BeFalse();
        body.GetProperty("error").GetString().Should().Be(code);
        body.GetProperty("type").GetString().Should().Be("urn:vix:p2p:error:" + code);
        body.GetProperty("status").GetInt32().Should().Be((int)status);
        foreach (string member in (string[])["hint", "title", "detail", "trace_id"])
            body.GetProperty(member).GetString().Should().NotBeNullOrWhiteSpace();
        return body;
    }

    public static async Task<JsonElement> ShouldBeOk(this HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.OK, text);
        JsonElement body = JsonDocument.Parse(text).RootElement;
        body.EnumerateObject().First().Name.Should().Be("ok");
        body.GetProperty("ok").GetBoolean().Should().BeTrue();
        return body;
    }
}
