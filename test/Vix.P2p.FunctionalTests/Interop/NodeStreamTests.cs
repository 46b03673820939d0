using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Streams between the node and the reference peer: data, credit and the ends of them.</summary>
[TestFixture]
public sealed class NodeStreamTests
{
    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["sync/1", "chat/1"] };

    [TestCase(false, false, 262_144)]
    [TestCase(true, true, 262_144)]
    [TestCase(false, true, 10_007)]
    [TestCase(true, false, 1)]
    public async Task Streams_OfThePeer_CarryManyWindowsBothWays(bool nodeDials, bool withKey, int window)
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker with { StreamWindow = window }, nodeDials, withKey);
        var sent = Payload.Of(window == 1 ? 2_000 : 3 * 1024 * 1024);

        var stream = await pair.Talk.OpenAsync("sync/1");
        var writing = WriteAsync();
        var received = await pair.Talk.ReadToEndAsync(stream);
        await writing;

        Same(received, sent);
        stream.Number.Should().Be(nodeDials ? 2u : 1u);
        stream.IsClosed.Should().BeTrue();
        stream.SendCredit.Highest.Should().Be(stream.SendCredit.Initial, "no more comes back than was spent");

        async Task WriteAsync()
        {
            (await pair.Talk.WriteAsync(stream, sent, 1, 16_384, 65_000, 4_093)).Should().BeTrue();
            await pair.Talk.EndAsync(stream);
        }
    }

    [TestCase(false, false, 262_144)]
    [TestCase(true, true, 65_537)]
    public async Task Streams_OfTheNode_CarryManyWindowsBothWays(bool nodeDials, bool withKey, int window)
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker with { StreamWindow = window }, nodeDials, withKey);
        var sent = Payload.Of(3 * 1024 * 1024);

        await using var stream = await pair.Node.Node.OpenStreamAsync(pair.PeerId, "sync/1").AsTask().Soon();
        var accepted = await pair.Talk.AcceptAsync();
        var serving = ServeAsync();
        var writing = WriteAsync();
        var received = new MemoryStream();
        await stream.CopyToAsync(received).Soon();
        await Task.WhenAll(writing, serving).Soon();

        Same(received.ToArray(), sent);
        accepted.Protocol.Should().Be("sync/1");
        accepted.Number.Should().Be(nodeDials ? 1u : 2u);
        accepted.IsClosed.Should().BeTrue();

        async Task WriteAsync()
        {
            await stream.WriteAsync(sent);
            await stream.CompleteWritesAsync();
        }

        async Task ServeAsync()
        {
            while (await pair.Talk.ReadAsync(accepted) is { } data)
                await pair.Talk.WriteAsync(accepted, data, 5_000);
            await pair.Talk.EndAsync(accepted);
        }
    }

    [Test]
    public async Task Streams_HalfClosed_CarryTheOtherWay()
    {
        await using var pair = await NodeTalk.OpenAsync(
            Serving(async stream =>
            {
                var all = new MemoryStream();
                await stream.CopyToAsync(all);
                await stream.WriteAsync(all.ToArray().Reverse().ToArray());
            }),
            Speaker);

        var stream = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.WriteAsync(stream, [1, 2, 3], 1);
        stream.ReceivedEnd.Should().BeFalse();
        await pair.Talk.EndAsync(stream);

        (await pair.Talk.ReadToEndAsync(stream)).Should().Equal(3, 2, 1);
    }

    [Test]
    public async Task Streams_ManyAtOnce_AreNumberedInTurnAndKeptApart()
    {
        const int count = 100;
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker);

        var ours = await Task.WhenAll(Enumerable.Range(0, count).Select(OursAsync));
        var theirs = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ => await pair.Node.Node.OpenStreamAsync(pair.PeerId, "sync/1")));
        for (var i = 0; i < count; i++)
            (await pair.Talk.AcceptAsync()).Number.Should().Be((uint)(2 * i) + 2);

        ours.Should().AllBeEquivalentTo(true);
        foreach (var stream in theirs)
            stream.Abort(64);
        await pair.Talk.UntilAsync(() => pair.Talk.OpenStreams == 0, "the Aborts").Soon();

        async Task<bool> OursAsync(int i)
        {
            var stream = await pair.Talk.OpenAsync("sync/1");
            await pair.Talk.WriteAsync(stream, Payload.Of(20_000, i), 7_000);
            await pair.Talk.EndAsync(stream);
            return (await pair.Talk.ReadToEndAsync(stream)).AsSpan().SequenceEqual(Payload.Of(20_000, i));
        }
    }

    [Test]
    public async Task Streams_ThatTheNodeDoesNotRead_StopNothingElse()
    {
        var release = new TaskCompletionSource();
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder
                .AddProtocol("sync/1", protocol => protocol.OnStream(async context =>
                {
                    await release.Task;
                    await context.Stream.CopyToAsync(context.Stream);
                }))
                .AddProtocol("chat/1", protocol => protocol.OnRequest(context => context.ReplyAsync(context.Payload)).OnStream(EchoAsync)),
            Speaker);

        var unread = await pair.Talk.OpenAsync("sync/1");
        var writing = pair.Talk.WriteAsync(unread, Payload.Of(1024 * 1024));
        var other = await pair.Talk.OpenAsync("chat/1");
        await pair.Talk.WriteAsync(other, [1, 2, 3]);
        (await pair.Talk.ReadAsync(other)).Should().Equal(1, 2, 3);
        (await pair.Talk.RequestAsync("chat/1", [1])).Response.Should().Equal(1);
        await pair.Talk.UntilAsync(() => unread.SendCredit.Available < 16_384, "the window is full");

        writing.IsCompleted.Should().BeFalse();
        unread.SendCredit.Given.Should().Be(0);
        release.SetResult();
        var echoed = pair.Talk.ReadToEndAsync(unread);
        await writing.Soon();
        await pair.Talk.EndAsync(unread);
        (await echoed).Should().HaveCount(1024 * 1024);
        await pair.Talk.EndAsync(other);
    }

    [Test]
    public async Task Streams_ThatThePeerDoesNotRead_StopNothingElse()
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker);

        await using var unread = await pair.Node.Node.OpenStreamAsync(pair.PeerId, "sync/1");
        var writing = unread.WriteAsync(Payload.Of(1024 * 1024)).AsTask();
        var accepted = await pair.Talk.AcceptAsync();
        await pair.Talk.UntilAsync(() => accepted.ReceiveCredit.Available == 0, "the whole window").Soon();
        await pair.Node.Node.SendAsync(pair.PeerId, "chat/1", Payload.Of(1024 * 1024));
        await pair.Talk.ReceiveAsync("chat/1");

        writing.IsCompleted.Should().BeFalse();
        for (var read = 0; read < 1024 * 1024;)
            read += (await pair.Talk.ReadAsync(accepted))!.Length;
        await writing.Soon();
        await pair.Talk.EndAsync(accepted);
    }

    private static void Echo(IP2pNodeBuilder builder) => builder.AddProtocol("sync/1", protocol => protocol.OnStream(EchoAsync));

    private static Action<IP2pNodeBuilder> Serving(Func<P2pStream, Task> serve) =>
        builder => builder.AddProtocol("sync/1", protocol => protocol.OnStream(async context => await serve(context.Stream)));

    private static async ValueTask EchoAsync(P2pStreamContext context)
    {
        await context.Stream.CopyToAsync(context.Stream, context.CancellationToken);
        await context.Stream.CompleteWritesAsync(context.CancellationToken);
    }

    private static void Same(byte[] actual, byte[] expected) =>
        actual.AsSpan().SequenceEqual(expected).Should().BeTrue($"{actual.Length} bytes came, and {expected.Length} were sent");
}
