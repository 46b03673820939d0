using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Streams between the node and the reference peer that end before their end: Stop, Abort and what crosses them.</summary>
[TestFixture]
public sealed class NodeStreamEndTests
{
    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["sync/1"] };

    [Test]
    public async Task Stop_OfThePeer_EndsWhatTheNodeWrites()
    {
        var failed = new TaskCompletionSource<P2pStreamException>();
        var read = new TaskCompletionSource<int>();
        await using var pair = await OpenAsync(async stream =>
        {
            try
            {
                while (true)
                    await stream.WriteAsync(new byte[10_000]);
            }
            catch (P2pStreamException e)
            {
                failed.SetResult(e);
            }

            read.SetResult(await stream.ReadAsync(new byte[10]));
        });

        var stream = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.ReadAsync(stream);
        await pair.Talk.StopAsync(stream, 77);
        await pair.Talk.UntilAsync(() => stream.ReceivedEnd, "the end").Soon();
        await pair.Talk.WriteAsync(stream, [1, 2, 3]);

        (await read.Task.Soon()).Should().Be(3, "the other direction goes on");
        (await failed.Task.Soon()).Code.Should().Be(77);
        await pair.Talk.EndAsync(stream);
    }

    [Test]
    public async Task Stop_OfTheNode_IsSentWhenItReadsNoMore()
    {
        await using var pair = await OpenAsync(async stream => await stream.ReadExactlyAsync(new byte[1]));

        // The handler ends after its first read, so the stream is disposed with most of it under way.
        var stream = await pair.Talk.OpenAsync("sync/1");
        var wrote = await pair.Talk.WriteAsync(stream, new byte[4 * 1024 * 1024]).Soon();
        await pair.Talk.UntilAsync(() => stream.StopCode is not null && stream.ReceivedEnd, "Stop and End").Soon();
        wrote.Should().BeFalse();
        stream.StopCode.Should().Be(P2pErrorCode.None);
        stream.AbortCode.Should().BeNull();

        await pair.Talk.EndAsync(stream);
        stream.IsClosed.Should().BeTrue();
    }

    [Test]
    public async Task Abort_OfThePeer_FailsBothDirections()
    {
        var entered = new TaskCompletionSource();
        var failed = new TaskCompletionSource<P2pStreamException>();
        await using var pair = await OpenAsync(async stream =>
        {
            await stream.ReadExactlyAsync(new byte[5_000]);
            entered.SetResult();
            var reading = await stream.Invoking(one => one.ReadAsync(new byte[1]).AsTask()).Should().ThrowAsync<P2pStreamException>();
            await stream.Invoking(one => one.WriteAsync(new byte[1]).AsTask()).Should().ThrowAsync<P2pStreamException>();
            failed.SetResult(reading.Which);
        });

        var stream = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.WriteAsync(stream, new byte[5_000]);
        await entered.Task.Soon();
        await pair.Talk.AbortAsync(stream, 1_234);

        var thrown = await failed.Task.Soon();
        thrown.Code.Should().Be(1_234);
        thrown.Reason.Should().Be(P2pReason.StreamAborted);
    }

    [Test]
    public async Task Abort_OfTheNode_HasItsCode()
    {
        await using var pair = await OpenAsync(async stream =>
        {
            await stream.ReadExactlyAsync(new byte[1]);
            stream.Abort(99);
        });

        var stream = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.WriteAsync(stream, new byte[5_000]);
        await pair.Talk.UntilAsync(() => stream.AbortCode is not null, "the Abort").Soon();

        stream.AbortCode.Should().Be(99);
        // All of it has crossed the Abort: nothing of it counts.
        await pair.Talk.SendAsync(
            ReferencePeerFrames.StreamData(stream.Number, new byte[60_000]),
            ReferencePeerFrames.StreamCredit(stream.Number, 7),
            ReferencePeerFrames.StreamStop(stream.Number, 1),
            ReferencePeerFrames.StreamEnd(stream.Number),
            ReferencePeerFrames.StreamAbort(stream.Number, 1));
        await ShouldServeAsync(pair);
    }

    [Test]
    public async Task Abort_OfAHandlerThatThrows_IsHandlerFailed()
    {
        await using var pair = await OpenAsync(async stream =>
        {
            await stream.ReadExactlyAsync(new byte[1]);
            throw new InvalidOperationException("made up");
        });

        pair.Node.Log.Expect(1500);
        var stream = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.WriteAsync(stream, [1]);
        await pair.Talk.UntilAsync(() => stream.AbortCode is not null, "the Abort").Soon();

        stream.AbortCode.Should().Be(P2pErrorCode.HandlerFailed);
    }

    [Test]
    public async Task Open_OfAProtocolWithoutStreams_IsAbortedWithNotSupported()
    {
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder.AddProtocol("sync/1", protocol => protocol.OnMessage(_ => default)), Speaker);

        var stream = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.SendAsync(ReferencePeerFrames.StreamData(stream.Number, 1, 2, 3));
        await pair.Talk.UntilAsync(() => stream.AbortCode is not null, "the Abort").Soon();

        stream.AbortCode.Should().Be(P2pErrorCode.NotSupported);
    }

    [Test]
    public async Task Open_BeyondWhatTheNodeTakes_IsAbortedWithBusy()
    {
        await using var pair = await OpenAsync(
            async stream => await stream.CopyToAsync(stream), options => options.Limits.StreamsPerPeer = 2);

        var streams = new List<ReferencePeerStream>();
        for (var i = 0; i < 3; i++)
            streams.Add(await pair.Talk.OpenAsync("sync/1"));
        await pair.Talk.UntilAsync(() => streams[2].AbortCode is not null, "the Abort").Soon();
        streams[2].AbortCode.Should().Be(P2pErrorCode.Busy);
        streams.Take(2).Should().OnlyContain(stream => stream.AbortCode == null);

        // One that has ended makes room.
        await pair.Talk.EndAsync(streams[0]);
        (await pair.Talk.ReadToEndAsync(streams[0])).Should().BeEmpty();
        await ShouldServeAsync(pair);
        await pair.Talk.EndAsync(streams[1]);
    }

    [TestCase(3u, P2pErrorCode.NotSupported)]
    [TestCase(63u, P2pErrorCode.HandlerFailed, Description = "a code of tomorrow")]
    [TestCase(64u, 64)]
    public async Task Abort_OfThePeer_EndsAStreamOfTheNode(uint code, int expected)
    {
        await using var pair = await OpenAsync(_ => Task.CompletedTask);

        await using var stream = await pair.Node.Node.OpenStreamAsync(pair.PeerId, "sync/1");
        await pair.Talk.AbortAsync(await pair.Talk.AcceptAsync(), code);

        var thrown = await stream.Invoking(one => one.ReadAsync(new byte[1]).AsTask().Soon()).Should().ThrowAsync<P2pStreamException>();
        thrown.Which.Code.Should().Be(expected);
        await stream.Invoking(one => one.WriteAsync(new byte[1]).AsTask().Soon()).Should().ThrowAsync<P2pStreamException>();
    }

    [Test]
    public async Task Dispose_OfTheNodesStream_EndsAndStops()
    {
        await using var pair = await OpenAsync(_ => Task.CompletedTask);

        var stream = await pair.Node.Node.OpenStreamAsync(pair.PeerId, "sync/1");
        await stream.WriteAsync(new byte[] { 1, 2, 3 });
        await stream.DisposeAsync();
        var accepted = await pair.Talk.AcceptAsync();

        (await pair.Talk.ReadToEndAsync(accepted)).Should().Equal(1, 2, 3);
        await pair.Talk.UntilAsync(() => accepted.StopCode is not null, "the Stop").Soon();
        accepted.AbortCode.Should().BeNull();
        await pair.Talk.EndAsync(accepted);
    }

    [Test]
    public async Task Connection_EndsUnderAHandlerOfAStreamThatHasEnded_ItHasNotFailed()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder.AddProtocol("sync/1", protocol => protocol.OnStream(async context =>
            {
                await using var registration = context.CancellationToken.Register(cancelled.SetResult);
                await context.Stream.CopyToAsync(context.Stream, context.CancellationToken);
                await context.Stream.CompleteWritesAsync(context.CancellationToken);
                await cancelled.Task;
                context.CancellationToken.ThrowIfCancellationRequested();
            })),
            Speaker);

        var stream = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.EndAsync(stream);
        (await pair.Talk.ReadToEndAsync(stream)).Should().BeEmpty();
        await pair.Talk.CloseAsync();

        await cancelled.Task.Soon();
        await pair.Node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);
    }

    private static async Task ShouldServeAsync(NodeTalk pair)
    {
        var next = await pair.Talk.OpenAsync("sync/1");
        await pair.Talk.WriteAsync(next, [5]);
        await pair.Talk.UntilAsync(() => next.Data.Count > 0 || next.IsClosed || next.ReceivedEnd, "an answer").Soon();
        next.AbortCode.Should().NotBe(P2pErrorCode.Busy);
        if (!next.IsClosed)
            await pair.Talk.EndAsync(next);
    }

    private static Task<NodeTalk> OpenAsync(Func<P2pStream, Task> serve, Action<P2pNodeOptions>? configure = null) => NodeTalk.OpenAsync(
        builder => builder.AddProtocol("sync/1", protocol => protocol.OnStream(async context => await serve(context.Stream))),
        Speaker,
        configure: configure);
}
