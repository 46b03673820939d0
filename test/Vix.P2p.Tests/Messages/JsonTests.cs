using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Messages and requests as JSON, and peers that send something else.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class JsonTests : IAsyncDisposable
{
    private const string Notes = "notes/1";
    private static readonly NoteContext Types = NoteContext.Default;
    private static readonly string[] Malformed = ["", "null", "{", "[]", "42", "{\"text\":\"x\"}", "{\"text\":1,\"number\":1}", "{\"text\":\"x\",\"number\":1}{", "{\"text\":\"x\",\"number\":1.5}", "true", "\"note\""];

    private readonly TestNetwork _net = new();
    private readonly Channel<Note> _received = Channel.CreateUnbounded<Note>();
    private P2pNode _a = null!;
    private P2pNode _b = null!;
    private PeerId _id;

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task SendAsync_Value_ReachesTheHandlerAsWhatItIs()
    {
        await ConnectAsync(protocol => protocol.OnMessage(Types.Note, TakeAsync));

        await _a.SendAsync(_id, Notes, new Note("grüße", 7), Types.Note).Soon();

        (await _received.Reader.ReadAsync().Soon()).Should().Be(new Note("grüße", 7));
    }

    [Test]
    public async Task SendAsync_Value_IsPlainUtf8OnTheWire()
    {
        var came = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await ConnectAsync(protocol => protocol.OnMessage(context =>
        {
            came.SetResult(context.Payload.ToArray());
            return ValueTask.CompletedTask;
        }));

        await _a.SendAsync(_id, Notes, new Note("x", 1), Types.Note).Soon();

        Encoding.UTF8.GetString(await came.Task.Soon()).Should().Be("""{"text":"x","number":1}""");
    }

    [Test]
    public async Task BroadcastAsync_Value_ReachesAll()
    {
        await ConnectAsync(protocol => protocol.OnMessage(Types.Note, TakeAsync));

        (await _a.BroadcastAsync(Notes, new Note("all", 1), Types.Note).Soon()).Should().Equal(new P2pBroadcastResult(_id, P2pReason.None));

        (await _received.Reader.ReadAsync().Soon()).Text.Should().Be("all");
    }

    [TestCaseSource(nameof(Malformed))]
    public async Task OnMessage_WhatIsNoNote_IsDroppedCountedAndSaidAtDebugOnly(string payload)
    {
        await ConnectAsync(protocol => protocol.OnMessage(Types.Note, TakeAsync));

        await _a.SendAsync(_id, Notes, Encoding.UTF8.GetBytes(payload)).Soon();
        await _a.SendAsync(_id, Notes, new Note("next", 1), Types.Note).Soon();

        (await _received.Reader.ReadAsync().Soon()).Text.Should().Be("next", "it is handled as if nothing had been before it");
        _b.GetStatus().HandlerFailures.Should().Be(1);
        _net.Log.Lines.Should().ContainSingle(line => line.Id == 1501 && line.Level == LogLevel.Debug);
        _net.Log.Lines.Should().NotContain(line => line.Id == 1500, "a peer must not fill the log");
    }

    [Test]
    public async Task OnMessage_HandlerOfItsOwnFails_IsAnErrorInTheLog()
    {
        await ConnectAsync(protocol => protocol.OnMessage(Types.Note, (_, _) => throw new InvalidOperationException("the program's own")));

        await _a.SendAsync(_id, Notes, new Note("x", 1), Types.Note).Soon();

        await Waiting.UntilAsync(() => _net.Log.Lines.Any(line => line.Id == 1500));
    }

    [Test]
    public async Task RequestAsync_Value_IsAnsweredWithAValue()
    {
        await ConnectAsync(protocol => protocol.OnRequest(Types.Int32, Types.Note, (context, number) => ValueTask.FromResult(new Note(context.Peer.NodeId, number + 1))));

        (await _a.RequestAsync(_id, Notes, 41, Types.Int32, Types.Note).Soon()).Should().Be(new Note("a", 42));
    }

    [Test]
    public async Task RequestAsync_AnswerIsNull_IsNull()
    {
        await ConnectAsync(protocol => protocol.OnRequest(Types.Int32, Types.Note, (_, _) => ValueTask.FromResult<Note>(null!)));

        (await _a.RequestAsync(_id, Notes, 1, Types.Int32, Types.Note).Soon()).Should().BeNull();
    }

    [TestCaseSource(nameof(Malformed))]
    public async Task OnRequest_WhatIsNoNote_IsAnsweredWithBadRequest(string payload)
    {
        await ConnectAsync(protocol => protocol.OnRequest(Types.Note, Types.Int32, (_, note) => ValueTask.FromResult(note.Number)));

        var refused = (await FluentActions.Awaiting(() => _a.RequestAsync(_id, Notes, Encoding.UTF8.GetBytes(payload)).Soon()).Should().ThrowAsync<P2pRemoteException>()).Which;

        refused.Code.Should().Be(P2pErrorCode.BadRequest);
        refused.Message.Should().Contain(Notes).And.NotContain(nameof(Note) + ",", "what the serializer says names this side's types").And.NotContain("Path");
        (await _a.RequestAsync(_id, Notes, new Note("x", 5), Types.Note, Types.Int32).Soon()).Should().Be(5);
        _net.Log.Lines.Should().NotContain(line => line.Id == 1500);
    }

    [Test]
    public async Task Read_InAHandlerOfBytes_IsTheSame()
    {
        await ConnectAsync(protocol => protocol
            .OnMessage(context => TakeAsync(context, context.Read(Types.Note)))
            .OnRequest(context => context.ReplyAsync(context.Read(Types.Note).Number, Types.Int32)));

        await _a.SendAsync(_id, Notes, new Note("x", 1), Types.Note).Soon();
        (await _received.Reader.ReadAsync().Soon()).Number.Should().Be(1);
        (await _a.RequestAsync(_id, Notes, new Note("x", 2), Types.Note, Types.Int32).Soon()).Should().Be(2);
        (await FluentActions.Awaiting(() => _a.RequestAsync(_id, Notes, "{}"u8.ToArray()).Soon()).Should().ThrowAsync<P2pRemoteException>()).Which.Code.Should().Be(P2pErrorCode.BadRequest);
    }

    [Test]
    public async Task RequestAsync_AnswerIsSomethingElse_IsTheCallersToCatch()
    {
        await ConnectAsync(protocol => protocol.OnRequest(context => context.ReplyAsync("[1]"u8.ToArray())));

        await FluentActions.Awaiting(() => _a.RequestAsync(_id, Notes, 1, Types.Int32, Types.Note).Soon()).Should().ThrowAsync<JsonException>();

        _a.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task RequestAsync_NoAnswerInTime_Fails()
    {
        var never = new TaskCompletionSource<Note>();
        await ConnectAsync(protocol => protocol.OnRequest(Types.Int32, Types.Note, async (context, _) => await never.Task.WaitAsync(context.CancellationToken)));

        Task<Note?> asking = _a.RequestAsync(_id, Notes, 1, Types.Int32, Types.Note, TimeSpan.FromSeconds(1)).AsTask();
        _net.Clock.Advance(TimeSpan.FromSeconds(1));

        (await FluentActions.Awaiting(() => asking.Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.RequestTimeout);
    }

    [Test]
    public async Task Typed_WrongArguments_Throw()
    {
        await ConnectAsync(protocol => protocol.OnMessage(Types.Note, TakeAsync));
        IP2pNode? none = null;

        await FluentActions.Awaiting(async () => await none!.SendAsync(_id, Notes, 1, Types.Int32)).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(async () => await _a.SendAsync(_id, Notes, 1, null!)).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(async () => await _a.RequestAsync<int, Note>(_id, Notes, 1, Types.Int32, null!)).Should().ThrowAsync<ArgumentNullException>();
        foreach (Action<P2pProtocolBuilder> wrong in (Action<P2pProtocolBuilder>[])
                 [
                     protocol => protocol.OnMessage<Note>(null!, TakeAsync),
                     protocol => protocol.OnMessage(Types.Note, null!),
                     protocol => protocol.OnRequest<Note, int>(null!, Types.Int32, (_, _) => default),
                     protocol => protocol.OnRequest<Note, int>(Types.Note, null!, (_, _) => default),
                     protocol => protocol.OnRequest(Types.Note, Types.Int32, null!),
                 ])
            FluentActions.Invoking(() => new ServiceCollection().AddP2pNode().AddProtocol(Notes, wrong)).Should().Throw<ArgumentNullException>();
    }

    private ValueTask TakeAsync(P2pMessageContext context, Note note) => _received.Writer.WriteAsync(note, context.CancellationToken);

    private async Task ConnectAsync(Action<P2pProtocolBuilder> configure)
    {
        _a = await _net.StartAsync("a");
        _b = await _net.StartAsync("b", build: builder => builder.AddProtocol(Notes, configure));
        _id = (await _a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;
    }
}
