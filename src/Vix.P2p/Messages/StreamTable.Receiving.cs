using Vix.P2p.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <content>What comes, frame by frame, from the read loop alone.</content>
internal sealed partial class StreamTable
{
    // Most frames are for the stream of the frame before: it needs no look-up. The read loop's own.
    private StreamState? _recent;

    /// <summary>Takes a frame of a stream; null when all is well, else what the protocol does not allow.</summary>
    public string? Take(FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (!FrameCodec.TryTakeVarint(ref body, out int number))
            return "a malformed number of a stream";
        if (kind == FrameKind.StreamOpen)
            return body.Length == 1 ? TakeOpen(number, body[0]) : "a malformed StreamOpen";
        if (!TryFind(number, out StreamState? stream))
            return "a frame of a stream that was not opened";
        switch (kind)
        {
            case FrameKind.StreamData:
                return body.IsEmpty ? "a StreamData without data" : stream?.Receiver.Take(body);
            case FrameKind.StreamEnd:
                return body.IsEmpty ? TakeEnd(stream) : "a malformed StreamEnd";
            default:
                return FrameCodec.TryTakeVarint(ref body, out int value) && body.IsEmpty ? Take(kind, stream, value) : "a malformed frame of a stream";
        }
    }

    private string? Take(FrameKind kind, StreamState? stream, int value)
    {
        if (stream is null)
            return null;
        if (kind == FrameKind.StreamCredit)
            return TakeCredit(stream, value);
        if (kind == FrameKind.StreamAbort)
            Break(stream, StreamFault.AbortedThere(value), tell: false);
        else
            TakeStop(stream, value);
        return null;
    }

    private string? TakeOpen(int number, byte protocol)
    {
        if (protocol >= Settings.Protocols.Count)
            return "a stream of a protocol that was not named";
        ProtocolRegistration registration = Settings.Protocols[protocol];
        StreamHandling? handling = null;
        StreamState? stream = null;
        int refusal;
        bool start;
        lock (Outbox.Gate)
        {
            if (number != _lastRemote + 2)
                return "a stream out of its order";
            _lastRemote = number;
            if (Outbox.Closed != P2pReason.None)
                return null;
            refusal = RefusalOf(registration);
            if (refusal == P2pErrorCode.None)
            {
                handling = new StreamHandling(_channel, registration);
                stream = new StreamState(_channel, registration.Name) { Handling = handling };
                Add(stream, number);
                _remote++;
            }
            else
                Outbox.AddNow(AbortFrame(number, refusal), default);
            start = Outbox.Claim();
        }

        Leave(start);
        if (stream is not null)
            handling!.Start(stream);
        else if (refusal == P2pErrorCode.Busy)
            Settings.Limits.Reject(NodeLimit.StreamsPerPeer);
        else if (refusal == P2pErrorCode.NotSupported)
            Log.NoHandler(Settings.Log, _channel.Peer.Id, registration.Name, "a stream");
        return null;
    }

    private int RefusalOf(ProtocolRegistration registration) =>
        registration.OnStream is null ? P2pErrorCode.NotSupported
        : Settings.Stopping.IsCancellationRequested ? P2pErrorCode.ShuttingDown
        : _remote >= Settings.StreamsPerPeer ? P2pErrorCode.Busy
        : P2pErrorCode.None;

    private string? TakeEnd(StreamState? stream)
    {
        if (stream?.Receiver.End() is { } violation)
            return violation;
        if (stream is not null)
        {
            lock (Outbox.Gate)
                stream.EndReceiving();
        }

        return null;
    }

    private void TakeStop(StreamState stream, int code)
    {
        bool start;
        lock (Outbox.Gate)
        {
            if (!stream.IsClosed)
                stream.Sender.Stop(StreamFault.Stopped(code));
            start = Outbox.Claim();
        }

        Leave(start);
    }

    private string? TakeCredit(StreamState stream, int bytes)
    {
        bool start;
        lock (Outbox.Gate)
        {
            if (!stream.Sender.TryGive(bytes))
                return "more credit of a stream than there can be";
            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
        return null;
    }

    // True without a stream: it was closed, and the frame has crossed its end.
    private bool TryFind(int number, out StreamState? stream)
    {
        stream = _recent;
        if (stream?.Number != number)
        {
            lock (Outbox.Gate)
            {
                bool isOwn = (number & 1) == (_oddIsOwn ? 1 : 0);
                if (number == 0 || number > (isOwn ? _lastOwn : _lastRemote))
                    return false;
                stream = _streams?.GetValueOrDefault(number);
            }
        }

        if (stream is { IsClosed: true })
            stream = null;
        _recent = stream;
        return true;
    }
}
