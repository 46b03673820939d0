using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>
/// Section 5 on an open connection, written from its page alone. It takes what comes as strictly as the page allows and
/// is as slow with credit as the page allows; the first violation of the other side ends it, and everyone who waits for
/// something here is told.
/// </summary>
internal sealed partial class ReferencePeerTalk : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ReferencePeer _peer;
    private readonly List<string> _own;
    private readonly List<string> _theirs;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    private ReferencePeerTalk(ReferencePeer peer)
    {
        _peer = peer;
        _own = [.. peer.Options.Protocols];
        _theirs = [.. peer.RemoteIntroduction!.Protocols];
        _lanes = [.. _own.Select(name => new ReferencePeerLane(name, peer.Options.MaxMessage))];
        _ways = [.. _theirs.Select(name => new ReferencePeerWay(name, peer.RemoteIntroduction.MaxMessage))];
        _nextStream = peer.IsInitiator ? 1u : 2u;
        _nextTheirStream = peer.IsInitiator ? 2u : 1u;
        Ended = RunAsync();
    }

    public ReferencePeer Peer => _peer;

    /// <summary>Completes when the other side has closed, and fails when it has broken a rule.</summary>
    public Task Ended { get; }

    /// <summary>The code of its Close, once that has come.</summary>
    public byte? CloseCode { get; private set; }

    public int Pongs { get; private set; }

    /// <summary>How many bytes a record of this side holds at most, so that frames cross its edges.</summary>
    public int RecordSize { get; set; } = ReferencePeerRecords.MaxPlaintext;

    /// <summary>Handshake first, then the talk.</summary>
    public static async Task<ReferencePeerTalk> BeginAsync(ReferencePeer peer)
    {
        await peer.HandshakeAsync();
        return new ReferencePeerTalk(peer);
    }

    /// <summary>Several frames in as few records as they need, whatever they say: no account is kept of them.</summary>
    public async Task SendAsync(params IEnumerable<ReferencePeerFrame> frames)
    {
        var bytes = frames.SelectMany(frame => frame.Encode()).ToArray();
        await _sending.WaitAsync();
        try
        {
            await _peer.SendStreamAsync(bytes, RecordSize);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits until something holds, looking again after each frame that comes.</summary>
    /// <exception cref="ReferencePeerException">The other side broke a rule, or closed first.</exception>
    public async Task UntilAsync(Func<bool> holds, string what)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (holds())
                {
                    return;
                }

                if (_ended)
                {
                    throw new ReferencePeerException($"Closed with {CloseCode} before {what}.");
                }

                changed = _changed.Task;
            }

            await changed;
        }
    }

    /// <summary>Reads something that the frames that come change.</summary>
    public T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    /// <summary>Ends the conversation in good order; a violation that was seen by then is thrown.</summary>
    public async Task CloseAsync(byte code = 0)
    {
        await SendAsync(new ReferencePeerFrame(ReferencePeerFrame.Close, [code]));
        _peer.HalfClose();
        await Ended;
    }

    /// <summary>Waits for the other side's Close and returns its code.</summary>
    public async Task<byte> WaitForCloseAsync()
    {
        await UntilAsync(() => CloseCode is not null, "its Close");
        _peer.HalfClose();
        await Ended;
        return CloseCode!.Value;
    }

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        await Ended.ContinueWith(ended => ended.Exception, TaskScheduler.Default).Soon();
        _sending.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _peer.ReadFrameAsync() is { } frame)
            {
                if (CloseCode is not null)
                {
                    throw new ReferencePeerException($"Kind {frame.Kind} after Close.");
                }

                if (frame.Kind == ReferencePeerFrame.Ping && frame.Body.Length == 8)
                {
                    await SendAsync(new ReferencePeerFrame(ReferencePeerFrame.Pong, frame.Body));
                }

                lock (_gate)
                {
                    Take(frame);
                    Tell().TrySetResult();
                }
            }

            lock (_gate)
            {
                _ended = true;
                Tell().TrySetResult();
            }
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                _changed.TrySetException(error);
            }

            throw;
        }
    }

    private TaskCompletionSource Tell()
    {
        var told = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return told;
    }

    private void Take(ReferencePeerFrame frame)
    {
        var body = new ReferencePeerBody(frame);
        switch (frame.Kind)
        {
            case ReferencePeerFrame.Ping or ReferencePeerFrame.Pong:
                body.Rest(min: 8, max: 8);
                Pongs += frame.Kind == ReferencePeerFrame.Pong ? 1 : 0;
                break;
            case ReferencePeerFrame.Close:
                CloseCode = body.Byte();
                break;
            case ReferencePeerFrame.Message or ReferencePeerFrame.MessagePart:
                TakePiece(LaneOf(body.Byte()), null, body, frame.Kind == ReferencePeerFrame.Message);
                break;
            case ReferencePeerFrame.Request or ReferencePeerFrame.RequestPart:
                TakePiece(LaneOf(body.Byte()), body.Varint(), body, frame.Kind == ReferencePeerFrame.Request);
                break;
            case ReferencePeerFrame.Discard:
                TakeDiscard(LaneOf(body.Byte()));
                break;
            case ReferencePeerFrame.Credit:
                WayOf(body.Byte()).Credit.Give(body.Varint());
                break;
            case ReferencePeerFrame.Response or ReferencePeerFrame.ResponsePart:
                TakeResponse(body.Varint(), body, frame.Kind == ReferencePeerFrame.Response);
                break;
            case ReferencePeerFrame.Failure:
                TakeFailure(body.Varint(), body.Varint(), body.Rest(max: 256));
                break;
            case ReferencePeerFrame.Cancel:
                _cancelled.Add(body.Varint());
                break;
            case >= ReferencePeerFrame.StreamOpen and <= ReferencePeerFrame.StreamCredit:
                TakeStream(frame.Kind, body.Varint(), body);
                break;
            case ReferencePeerFrame.TraceContext:
                TakeTraceContext(body.Varint(), body.Rest(min: 25, max: 25));
                break;
            case >= ReferencePeerFrame.FirstExtension:
                body.Rest();
                break;
            default:
                throw new ReferencePeerException($"A frame of kind {frame.Kind}.");
        }

        body.End();
    }

    private ReferencePeerLane LaneOf(byte protocol) =>
        protocol < _lanes.Length ? _lanes[protocol] : throw new ReferencePeerException($"This side has no protocol {protocol}.");

    private ReferencePeerWay WayOf(byte protocol) =>
        protocol < _ways.Length ? _ways[protocol] : throw new ReferencePeerException($"The other side has no protocol {protocol}.");
}
