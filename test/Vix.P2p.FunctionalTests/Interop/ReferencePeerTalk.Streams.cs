namespace Vix.P2p.FunctionalTests.Interop;

/// <content>Streams of both sides.</content>
internal sealed partial class ReferencePeerTalk
{
    private readonly Dictionary<uint, ReferencePeerStream> _streams = [];
    private readonly Queue<ReferencePeerStream> _opened = [];
    private uint _nextStream;
    private uint _nextTheirStream;

    /// <summary>Streams that are open on one side at least.</summary>
    public int OpenStreams => Read(() => _streams.Values.Count(stream => !stream.IsClosed));

    public async Task<ReferencePeerStream> OpenAsync(string protocol)
    {
        var number = NumberOf(protocol);
        var stream = Read(() => AddStream(_nextStream, protocol));
        _nextStream += 2;
        await SendAsync(ReferencePeerFrames.StreamOpen(stream.Number, number));
        return stream;
    }

    /// <summary>The next stream that the other side opens.</summary>
    public async Task<ReferencePeerStream> AcceptAsync()
    {
        ReferencePeerStream? stream = null;
        await UntilAsync(() => _opened.TryDequeue(out stream), "a stream");
        return stream!;
    }

    /// <summary>Writes as credit allows; false when the other side stops or aborts meanwhile.</summary>
    public async Task<bool> WriteAsync(ReferencePeerStream stream, byte[] data, params int[] cuts)
    {
        for (int at = 0, i = 0; at < data.Length; i++)
        {
            var size = Math.Min(data.Length - at, cuts.Length > 0 ? cuts[i % cuts.Length] : 16_384);
            var goesOn = true;
            await UntilAsync(
                () =>
                {
                    goesOn = stream is { IsClosed: false, StopCode: null };
                    return !goesOn || stream.SendCredit.TrySpend(size);
                },
                $"credit for stream {stream.Number}");
            if (!goesOn)
            {
                return false;
            }

            await SendAsync(ReferencePeerFrames.StreamData(stream.Number, data.AsSpan(at, size)));
            at += size;
        }

        return true;
    }

    public Task EndAsync(ReferencePeerStream stream)
    {
        Read(() => stream.SentEnd = true);
        return SendAsync(ReferencePeerFrames.StreamEnd(stream.Number));
    }

    public Task StopAsync(ReferencePeerStream stream, uint code)
    {
        Read(() => stream.SentStop = true);
        return SendAsync(ReferencePeerFrames.StreamStop(stream.Number, code));
    }

    public Task AbortAsync(ReferencePeerStream stream, uint code)
    {
        Read(() => stream.SentAbort = true);
        return SendAsync(ReferencePeerFrames.StreamAbort(stream.Number, code));
    }

    /// <summary>The next data of a stream, null at its end; pays for it no sooner than it must.</summary>
    public async Task<byte[]?> ReadAsync(ReferencePeerStream stream)
    {
        byte[]? data = null;
        await UntilAsync(
            () => stream.Data.TryDequeue(out data) || stream.ReceivedEnd || stream.AbortCode is not null,
            $"data of stream {stream.Number}");
        if (data is null)
        {
            return stream.AbortCode is { } code ? throw new ReferencePeerException($"Aborted with {code}.") : null;
        }

        var repaid = Read(() =>
        {
            stream.ReceiveCredit.Owed += data.Length;
            return stream.ReceiveCredit.Repay((_peer.Options.StreamWindow + 1) / 2);
        });
        if (repaid > 0)
        {
            await SendAsync(ReferencePeerFrames.StreamCredit(stream.Number, (uint)repaid));
        }

        return data;
    }

    public async Task<byte[]> ReadToEndAsync(ReferencePeerStream stream)
    {
        using var all = new MemoryStream();
        while (await ReadAsync(stream) is { } data)
        {
            all.Write(data);
        }

        return all.ToArray();
    }

    private ReferencePeerStream AddStream(uint number, string protocol)
    {
        var stream = new ReferencePeerStream(number, protocol, _peer.RemoteIntroduction!.StreamWindow, _peer.Options.StreamWindow);
        _streams.Add(number, stream);
        return stream;
    }

    private void TakeStream(byte kind, uint number, ReferencePeerBody body)
    {
        if (kind == ReferencePeerFrame.StreamOpen)
        {
            if (number != _nextTheirStream)
            {
                throw new ReferencePeerException($"Stream {number} is opened in place of {_nextTheirStream}.");
            }

            _nextTheirStream += 2;
            _opened.Enqueue(AddStream(number, LaneOf(body.Byte()).Protocol));
        }
        else if (!_streams.TryGetValue(number, out var stream))
        {
            throw new ReferencePeerException($"A frame of kind {kind} for stream {number}, which was not opened.");
        }
        else if (stream.IsClosed)
        {
            body.Rest();
        }
        else
        {
            stream.Take(kind, body);
        }
    }
}
