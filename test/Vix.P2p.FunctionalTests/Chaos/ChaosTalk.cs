using System.Buffers.Binary;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>
/// What one node says to the other, a round at a time, and what it makes of what it hears: messages and requests with
/// numbers that only rise, and streams whose bytes follow from their places.
/// </summary>
internal sealed class ChaosTalk
{
    private const string Protocol = "chaos/1";
    private const int NumberBytes = sizeof(long);

    private readonly ChaosNode _node;
    private readonly Random _dice;
    private readonly byte[] _filler = new byte[64 * 1024];
    private long _messages;
    private long _requests;
    private long _lastMessage;
    private long _lastRequest;

    public ChaosTalk(ChaosNode node, int seed)
    {
        _node = node;
        _dice = new Random(seed);
        for (var place = 0; place < _filler.Length; place++)
            _filler[place] = PatternAt(place);
    }

    private ChaosTally Tally => _node.Tally;

    public void AddTo(IP2pNodeBuilder builder) =>
        builder.AddProtocol(Protocol, protocol => protocol.OnMessage(TakeMessageAsync).OnRequest(TakeRequestAsync).OnStream(TakeStreamAsync));

    /// <summary>Some messages, two requests and now and then a stream; each ends, well or not.</summary>
    public async Task RoundAsync(PeerId peer)
    {
        for (var message = _dice.Next(8); message > 0; message--)
            await SendAsync(peer);
        // Numbers rise in the order in which requests are begun, so one begins behind the other.
        var first = AskAsync(peer);
        var second = AskAsync(peer);
        var stream = _dice.Next(4) == 0 ? StreamAsync(peer, 1 + _dice.Next(_filler.Length)) : Task.CompletedTask;
        await Task.WhenAll(first, second, stream);
    }

    /// <summary>Asks and says whether the answer has come.</summary>
    public async Task<bool> AskAsync(PeerId peer)
    {
        var payload = Payload(++_requests);
        Interlocked.Increment(ref Tally.RequestsBegun);
        try
        {
            var answer = await _node.Node.RequestAsync(peer, Protocol, payload).AsTask().Soon();
            if (!answer.Span.SequenceEqual(payload.Span))
                Tally.Complain("A request has the answer of another one.");
            Interlocked.Increment(ref Tally.RequestsAnswered);
            return true;
        }
        catch (P2pSendException e)
        {
            Interlocked.Increment(ref Tally.RequestsFailed);
            Broken("request", e.Reason);
            return false;
        }
    }

    private async Task SendAsync(PeerId peer)
    {
        try
        {
            await _node.Node.SendAsync(peer, Protocol, Payload(++_messages)).AsTask().Soon();
            Interlocked.Increment(ref Tally.MessagesSent);
        }
        catch (P2pSendException e)
        {
            Broken("message", e.Reason);
        }
    }

    private async Task StreamAsync(PeerId peer, int length)
    {
        try
        {
            await using var stream = await _node.Node.OpenStreamAsync(peer, Protocol).AsTask().Soon();
            await stream.WriteAsync(_filler.AsMemory(0, length)).AsTask().Soon();
            await stream.CompleteWritesAsync().AsTask().Soon();
            var answer = new byte[NumberBytes];
            await stream.ReadExactlyAsync(answer).AsTask().Soon();
            if (BinaryPrimitives.ReadInt64BigEndian(answer) != length)
                Tally.Complain($"Of a stream of {length} bytes {BinaryPrimitives.ReadInt64BigEndian(answer)} came, and then its end.");
            Interlocked.Increment(ref Tally.StreamsWhole);
        }
        catch (Exception e) when (e is P2pStreamException or P2pSendException)
        {
            Interlocked.Increment(ref Tally.StreamsBroken);
            Broken("stream", e is P2pStreamException broken ? broken.Reason : ((P2pSendException)e).Reason);
        }
    }

    private ValueTask TakeMessageAsync(P2pMessageContext context)
    {
        Interlocked.Increment(ref Tally.MessagesTaken);
        Follow(ref _lastMessage, context.Payload, "message");
        return ValueTask.CompletedTask;
    }

    private async ValueTask TakeRequestAsync(P2pRequestContext context)
    {
        Interlocked.Increment(ref Tally.RequestsTaken);
        Follow(ref _lastRequest, context.Payload, "request");
        try
        {
            await context.ReplyAsync(context.Payload);
        }
        catch (P2pSendException)
        {
            // Whoever asked has lost the connection too.
        }
    }

    private async ValueTask TakeStreamAsync(P2pStreamContext context)
    {
        var buffer = new byte[4096];
        var place = 0;
        try
        {
            while (await context.Stream.ReadAsync(buffer, context.CancellationToken) is var count && count > 0)
            {
                for (var at = 0; at < count; at++, place++)
                {
                    if (buffer[at] != PatternAt(place))
                        Tally.Complain($"Byte {place} of a stream is another one.");
                }
            }

            var answer = new byte[NumberBytes];
            BinaryPrimitives.WriteInt64BigEndian(answer, place);
            await context.Stream.WriteAsync(answer, context.CancellationToken);
        }
        catch (Exception e) when (e is P2pStreamException or OperationCanceledException)
        {
            // Its connection has ended.
        }
    }

    // Also from one connection to the next: what had come by the old one is handled before what comes by the new one.
    private void Follow(ref long last, ReadOnlyMemory<byte> payload, string what)
    {
        var number = BinaryPrimitives.ReadInt64BigEndian(payload.Span);
        if (number <= last)
            Tally.Complain($"The {what} {number} came behind {last}.");
        last = number;
        if (!payload.Span[NumberBytes..].SequenceEqual(_filler.AsSpan(0, payload.Length - NumberBytes)))
            Tally.Complain($"The {what} {number} is another one than was sent.");
    }

    private void Broken(string what, P2pReason reason)
    {
        Tally.Count($"{what} {reason}");
        // Each ends with its connection, so none of them outlasts the silence after which that one is closed.
        if (reason is P2pReason.RequestTimeout or P2pReason.SendTimeout or P2pReason.ProtocolNotSupported or P2pReason.StreamAborted)
            Tally.Complain($"A {what} failed by {reason}.");
    }

    private ReadOnlyMemory<byte> Payload(long number)
    {
        // Most are small, some span records.
        var length = NumberBytes + _dice.Next(_dice.Next(16) == 0 ? _filler.Length : 600);
        var payload = new byte[length];
        BinaryPrimitives.WriteInt64BigEndian(payload, number);
        _filler.AsSpan(0, length - NumberBytes).CopyTo(payload.AsSpan(NumberBytes));
        return payload;
    }

    private static byte PatternAt(int place) => (byte)((place * 31) ^ (place >> 8));
}
