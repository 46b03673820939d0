using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Make = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrames;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Section 6 of the protocol page, byte by byte as both reference peers and the node send it.</summary>
[TestFixture]
public sealed partial class ProtocolExampleTests
{
    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["chat/1", "kv/1", "sync/1"] };

    [Test]
    public void Example_OfTheReferencePeer_IsThePage()
    {
        ReferencePeerFrame[] frames =
        [
            Make.Message(0, "hello"u8),
            Make.Request(1, 0, "answer?"u8),
            Make.Response(0, "42"u8),
            Make.Request(1, 0, "question?"u8),
            Make.Failure(0, 64, "not known"),
            Make.StreamOpen(1, 2),
            Make.StreamData(1, "data"u8),
            Make.StreamEnd(1),
            Make.StreamEnd(1),
            Make.Credit(0, 131_072),
        ];

        frames.Select(Hex).Should().Equal(Page().Select(line => line.Hex));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Example_OfThePeerInPython_IsThePage(CancellationToken cancellationToken)
    {
        using var python = PythonPeer.Start("example");
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0);
        result.GetProperty("frames").EnumerateArray().Select(frame => frame.GetString()).Should().Equal(Page().Select(line => line.Hex));
    }

    [Test]
    public async Task Example_OfANodeThatDialled_IsThePage()
    {
        await using var node = await TestNode.StartAsync(build: builder => builder.AddProtocol("chat/1", protocol => protocol.OnMessage(_ => default)));
        using var listener = ReferencePeer.Listen(Speaker);
        var connecting = node.ConnectAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.HandshakeAsync();
        var id = (await connecting).Id!.Value;
        var page = new Queue<(bool FromInitiator, string Hex)>(Page());

        await node.Node.SendAsync(id, "chat/1", "hello"u8.ToArray());
        await ShouldSendAsync();
        var asking = node.Node.RequestAsync(id, "kv/1", "answer?"u8.ToArray()).AsTask();
        await ShouldSendAsync();
        (await asking.Soon()).ToArray().Should().Equal("42"u8.ToArray());
        asking = node.Node.RequestAsync(id, "kv/1", "question?"u8.ToArray()).AsTask();
        await ShouldSendAsync();
        var failure = (await asking.Invoking(task => task.Soon()).Should().ThrowAsync<P2pRemoteException>()).Which;
        (failure.Code, failure.Message).Should().Be((64, "not known"));
        await using var stream = await node.Node.OpenStreamAsync(id, "sync/1");
        await stream.WriteAsync("data"u8.ToArray());
        await stream.CompleteWritesAsync();
        await ShouldSendAsync(frames: 3);
        (await stream.ReadAsync(new byte[1]).AsTask().Soon()).Should().Be(0);

        page.Should().BeEmpty();
        await peer.CloseAsync();

        // What the node says, and then what the page answers.
        async Task ShouldSendAsync(int frames = 1)
        {
            for (; frames > 0; frames--)
                Hex(await NextAsync(peer)).Should().Be(page.Dequeue().Hex);
            while (page.TryPeek(out var next) && !next.FromInitiator)
                await peer.SendRecordAsync(Convert.FromHexString(page.Dequeue().Hex));
        }
    }

    [Test]
    public async Task Example_OfANodeThatWasDialled_IsThePage()
    {
        await using var node = await TestNode.StartAsync(build: builder => builder
            .AddProtocol("chat/1", protocol => protocol.OnMessage(_ => default))
            .AddProtocol("kv/1", protocol => protocol.OnRequest(context => context.Payload.Span.SequenceEqual("answer?"u8)
                ? context.ReplyAsync("42"u8.ToArray())
                : throw new P2pRemoteException(64, "not known")))
            .AddProtocol("sync/1", protocol => protocol.OnStream(async context => await context.Stream.CopyToAsync(Stream.Null))));
        using var peer = await NodeHandshakeTests.DialAsync(node, Speaker);
        await peer.HandshakeAsync();

        foreach (var (fromInitiator, hex) in Page().SkipLast(1))
        {
            if (fromInitiator)
                await peer.SendRecordAsync(Convert.FromHexString(hex));
            else
                Hex(await NextAsync(peer)).Should().Be(hex);
        }

        // 64 bytes were spent on "hello", and these are the rest.
        await peer.SendFramesAsync(Make.MessagePart(0, new byte[65_504]), Make.Message(0, new byte[65_504]));
        Hex(await NextAsync(peer)).Should().Be(Page()[^1].Hex);
        await peer.CloseAsync();
    }

    private static async Task<ReferencePeerFrame> NextAsync(ReferencePeer peer)
    {
        while (await peer.ReadFrameAsync() is { } frame)
        {
            if (frame.Kind is not (ReferencePeerFrame.Ping or ReferencePeerFrame.Pong))
                return frame;
        }

        throw new ReferencePeerException("Closed in the middle of the example.");
    }

    private static string Hex(ReferencePeerFrame frame) => Convert.ToHexStringLower(frame.Encode());

    private static List<(bool FromInitiator, string Hex)> Page()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "protocol.md"));
        return [.. Line().Matches(text).Select(match => (match.Groups["from"].Value == "I", match.Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal)))];
    }

    [GeneratedRegex("^    (?<from>[IR]) → [IR]   (?<hex>[0-9a-f ]+)  ", RegexOptions.Multiline)]
    private static partial Regex Line();
}
