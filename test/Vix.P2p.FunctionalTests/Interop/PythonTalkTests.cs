using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Section 5 between the reference peer and the one in Python: nothing here was written by who wrote the node.</summary>
[TestFixture]
public sealed class PythonTalkTests
{
    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(60_000)]
    public async Task Exchange_WithTheReferencePeer_IsComplete(bool withKey, CancellationToken cancellationToken)
    {
        using var listener = ReferencePeer.Listen(NodeNetwork.Reference(withKey) with { Protocols = ["other/1", "all/1"], StreamWindow = 50_000 });
        using var python = PythonPeer.Start(["dial", "127.0.0.1", $"{listener.EndPoint.Port}", "--exchange", "all/1", .. NodeNetwork.Python(withKey)]);
        await using var talk = await ReferencePeerTalk.BeginAsync(await listener.AcceptAsync(cancellationToken));

        var messages = new List<string>();
        var serving = ServeAsync();
        var echoing = EchoAsync();
        for (var i = 0; i < 40; i++)
            await talk.SendMessageAsync("all/1", Payload.Of(50_000, i), 999, 60_000);
        var held = await talk.BeginRequestAsync("all/1", Encoding.ASCII.GetBytes("hold on"), 2);
        (await talk.RequestAsync("all/1", Payload.Of(200_000))).Response.Should().HaveCount(200_000);
        (await talk.AnswerAsync(held)).Response.Should().Equal(Encoding.ASCII.GetBytes("hold on"));
        (await talk.RequestAsync("all/1", Encoding.ASCII.GetBytes("fail:so"))).Should().Be(new ReferencePeerAnswer(null, 64, "so"));
        var stream = await talk.OpenAsync("all/1");
        var reading = talk.ReadToEndAsync(stream);
        await talk.WriteAsync(stream, Payload.Of(500_000), 777, 40_000);
        await talk.EndAsync(stream);
        (await reading).AsSpan().SequenceEqual(Payload.Of(500_000)).Should().BeTrue();
        await talk.RequestAsync("all/1", Encoding.ASCII.GetBytes("done"));
        await talk.WaitForCloseAsync();
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        messages.Should().Equal(Hashes(result, "sent"));
        Hashes(result, "messages").Should().Equal(Enumerable.Range(0, 40).Select(i => HashOf(Payload.Of(50_000, i))));
        await echoing;
        await serving;

        async Task ServeAsync()
        {
            // As many as the other side sends: 19 messages, and 6, 100 and two requests.
            for (var i = 0; i < 19 + 108; i++)
            {
                var arrival = await talk.ReceiveAsync("all/1");
                if (arrival.Request is null)
                    messages.Add(HashOf(arrival.Payload));
                else if (arrival.Payload.AsSpan().StartsWith("fail:"u8))
                    await talk.FailAsync(arrival, 64, Encoding.UTF8.GetString(arrival.Payload[5..]));
                else if (arrival.Payload.AsSpan().SequenceEqual("wait"u8))
                    await FailCancelledAsync(arrival);
                else
                    await talk.RespondAsync(arrival, arrival.Payload, 5_555);
            }
        }

        async Task FailCancelledAsync(ReferencePeerArrival arrival)
        {
            await talk.UntilCancelledAsync(arrival.Request!.Value);
            await talk.FailAsync(arrival, 2, "");
        }

        async Task EchoAsync()
        {
            var echoed = await talk.AcceptAsync();
            while (await talk.ReadAsync(echoed) is { } data)
                await talk.WriteAsync(echoed, data);
            await talk.EndAsync(echoed);

            var stopped = await talk.AcceptAsync();
            await talk.UntilAsync(() => stopped.StopCode is not null, "the Stop");
            await talk.EndAsync(stopped);

            var aborted = await talk.AcceptAsync();
            await talk.UntilAsync(() => aborted.AbortCode is not null, "the Abort");
        }
    }

    internal static string HashOf(ReadOnlySpan<byte> payload) => $"{payload.Length} {Convert.ToHexStringLower(SHA256.HashData(payload))}";

    internal static IEnumerable<string> Hashes(JsonElement result, string member) =>
        result.GetProperty("talk").GetProperty(member).EnumerateArray()
            .Select(one => $"{one.GetProperty("size").GetInt32()} {one.GetProperty("sha256").GetString()}");
}
