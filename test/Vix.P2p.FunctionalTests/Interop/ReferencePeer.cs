using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>
/// A second implementation of the wire protocol, written from its page alone and sharing no code with the library.
/// Every step is a call of its own: a well-behaved peer calls <see cref="HandshakeAsync"/>, a test that misbehaves
/// calls the steps in the wrong order, builds a message and spoils it, or sends bytes of its own.
/// </summary>
internal sealed class ReferencePeer : IDisposable
{
    private readonly ReferencePeerOptions _options;
    private readonly ReferencePeerHandshake _handshake;
    private readonly ReferencePeerSocket _socket;
    private readonly bool _isInitiator;
    private ReferencePeerRecords? _records;

    public ReferencePeer(Socket connected, bool isInitiator, ReferencePeerOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _handshake = new ReferencePeerHandshake(options);
        _isInitiator = isInitiator;
        _socket = new ReferencePeerSocket(connected, options.Deadline, cancellationToken);
    }

    public ReferencePeerOptions Options => _options;

    public bool IsInitiator => _isInitiator;

    public string Id => _options.Static.PeerId;

    /// <summary>The other side's id, from its proven key: after Ack, or after Finish.</summary>
    public string RemoteId => ReferencePeerKey.PeerIdOf(_handshake.Noise.RemoteStatic);

    public ReferencePeerIntroduction? RemoteIntroduction { get; private set; }

    /// <summary>The handshake's messages with their lengths as they were sent or received, for replays.</summary>
    public byte[] Hello => _handshake.Hello;

    public byte[] Ack => _handshake.Ack;

    public byte[] Finish => _handshake.Finish;

    /// <summary>Noise's channel binding, the same on both sides.</summary>
    public byte[] HandshakeHash => _handshake.Noise.HandshakeHash;

    public ulong RecordsSent => Records.Sent;

    public ulong RecordsReceived => Records.Received;

    /// <summary>The record that came last, with its length as it was received, for replays.</summary>
    public byte[] LastRecord => Records.LastReceived;

    /// <summary>Whether the other side's end was a reset.</summary>
    public bool WasReset => _socket.WasReset;

    private ReferencePeerRecords Records => _records ?? throw new InvalidOperationException("Finish comes first.");

    /// <summary>Connects, and says nothing yet.</summary>
    public static async Task<ReferencePeer> DialAsync(
        IPEndPoint endPoint, ReferencePeerOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new ReferencePeer(socket, isInitiator: true, options, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static ReferencePeerListener Listen(ReferencePeerOptions options) => new(options);

    /// <summary>Everything up to Ready, in the role the connection gave.</summary>
    /// <exception cref="ReferencePeerException">The other side broke a rule, rejected or closed.</exception>
    public async Task HandshakeAsync()
    {
        if (_isInitiator)
        {
            await SendHelloAsync();
            await ReadAckAsync();
            await SendFinishAsync();
            await ReadReadyAsync();
        }
        else
        {
            await ReadHelloAsync();
            await SendAckAsync();
            await ReadFinishAsync();
            await SendReadyAsync();
        }
    }

    public byte[] BuildHello() => _handshake.BuildHello();

    public ValueTask SendHelloAsync() => SendRawAsync(BuildHello());

    public async Task ReadHelloAsync()
    {
        var length = _handshake.HelloLength;
        _handshake.TakeHello(await ReadHandshakeAsync(ReferencePeerHandshake.HelloKind, (length, length)));
    }

    public byte[] BuildAck(byte[] payload) => _handshake.BuildAck(payload);

    public ValueTask SendAckAsync(params byte[] payload) => SendRawAsync(BuildAck(payload));

    public async Task ReadAckAsync() =>
        _handshake.TakeAck(await ReadHandshakeAsync(ReferencePeerHandshake.AckKind, ReferencePeerHandshake.AckLength));

    /// <summary>Builds Finish and splits the ciphers: records can be sent after it, whatever is sent in its place.</summary>
    public byte[] BuildFinish(string introduction)
    {
        var finish = _handshake.BuildFinish(introduction);
        Split();
        return finish;
    }

    public ValueTask SendFinishAsync(string? introduction = null) => SendRawAsync(BuildFinish(introduction ?? OwnIntroduction()));

    public async Task ReadFinishAsync()
    {
        var finish = await ReadHandshakeAsync(ReferencePeerHandshake.FinishKind, ReferencePeerHandshake.FinishLength);
        RemoteIntroduction = _handshake.TakeFinish(finish);
        Split();
    }

    public ValueTask SendReadyAsync(string? introduction = null) =>
        SendFrameAsync(ReferencePeerFrame.Ready, Encoding.UTF8.GetBytes(introduction ?? OwnIntroduction()));

    public async Task ReadReadyAsync()
    {
        var first = await ReadFrameAsync() ?? throw new ReferencePeerException("Closed before Ready.");
        if (first.Kind != ReferencePeerFrame.Ready)
        {
            throw new ReferencePeerException($"Kind {first.Kind} instead of Ready, body {Convert.ToHexString(first.Body)}.");
        }

        RemoteIntroduction = ReferencePeerIntroduction.Parse(first.Body);
    }

    /// <summary>Bytes as they are, outside the encryption.</summary>
    public ValueTask SendRawAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes);

    /// <summary>A record with its length, not sent; the next one has the next counter.</summary>
    public byte[] SealRecord(ReadOnlySpan<byte> plaintext) => Records.Seal(plaintext);

    /// <summary>One record of any plaintext, whole frames or not.</summary>
    public ValueTask SendRecordAsync(ReadOnlySpan<byte> plaintext) => SendRawAsync(SealRecord(plaintext));

    /// <summary>One frame in as few records as it needs.</summary>
    public ValueTask SendFrameAsync(byte kind, params byte[] body) =>
        Records.SendStreamAsync(new ReferencePeerFrame(kind, body).Encode());

    /// <summary>Several frames in as few records as they need.</summary>
    public ValueTask SendFramesAsync(params IEnumerable<ReferencePeerFrame> frames) =>
        Records.SendStreamAsync(frames.SelectMany(frame => frame.Encode()).ToArray());

    /// <summary>Any bytes of the stream of frames, cut into records of this size.</summary>
    public ValueTask SendStreamAsync(ReadOnlyMemory<byte> frames, int recordSize = ReferencePeerRecords.MaxPlaintext) =>
        Records.SendStreamAsync(frames, recordSize);

    /// <summary>What one record holds; do not mix with reading frames.</summary>
    public ValueTask<byte[]?> ReadRecordAsync() => Records.ReadRecordAsync();

    /// <summary>The next frame of whatever kind; null when the other side has closed between two frames.</summary>
    public ValueTask<ReferencePeerFrame?> ReadFrameAsync() => Records.ReadFrameAsync();

    /// <summary>
    /// The next frame of this kind. On the way there pings are answered, pongs and extensions skipped. Answers count as
    /// sending: nobody else may send meanwhile.
    /// </summary>
    public async Task<ReferencePeerFrame> ReadUntilAsync(byte kind)
    {
        while (true)
        {
            var frame = await ReadFrameAsync() ?? throw new ReferencePeerException($"Closed before a frame of kind {kind}.");
            if (frame.Kind == kind)
            {
                return frame;
            }

            switch (frame.Kind)
            {
                case ReferencePeerFrame.Ping when frame.Body.Length == 8:
                    await SendFrameAsync(ReferencePeerFrame.Pong, frame.Body);
                    break;
                case ReferencePeerFrame.Pong when frame.Body.Length == 8:
                case >= ReferencePeerFrame.FirstExtension:
                    break;
                default:
                    throw new ReferencePeerException(
                        $"Kind {frame.Kind} before kind {kind}, body {Convert.ToHexString(frame.Body)}.");
            }
        }
    }

    /// <summary>Close as section 3 wants it: the frame, half-close, then what the other side still has to say.</summary>
    public async Task CloseAsync(byte code = 0)
    {
        await SendFrameAsync(ReferencePeerFrame.Close, code);
        HalfClose();
        await WaitForCloseAsync();
    }

    public void HalfClose() => _socket.HalfClose();

    public void Abort() => _socket.Abort();

    /// <summary>Returns when the other side has closed, in whatever way, and how many bytes it sent before.</summary>
    /// <exception cref="TimeoutException">It keeps the connection open.</exception>
    public Task<long> WaitForCloseAsync() => _socket.ReadToEndAsync();

    public void Dispose()
    {
        _records?.Dispose();
        _socket.Dispose();
    }

    private string OwnIntroduction() => _options.Introduction ?? ReferencePeerIntroduction.Create(_options);

    private void Split()
    {
        var (first, second) = _handshake.Noise.Split();
        _records?.Dispose();
        _records = _isInitiator
            ? new ReferencePeerRecords(_socket, first, second, _options.RecordsPerKey)
            : new ReferencePeerRecords(_socket, second, first, _options.RecordsPerKey);
    }

    private async Task<byte[]> ReadHandshakeAsync(byte kind, (int Min, int Max) allowed)
    {
        var header = await _socket.ReadAsync(2) ?? throw new ReferencePeerException($"Closed before message {kind}.");
        var length = BinaryPrimitives.ReadUInt16BigEndian(header);
        if (length < allowed.Min || length > allowed.Max)
        {
            throw new ReferencePeerException($"Message {kind} has length {length}.");
        }

        var body = await _socket.ReadAsync(length) ?? throw new ReferencePeerException($"Closed in message {kind}.");
        return body[0] == kind ? [.. header, .. body] : throw new ReferencePeerException($"Kind {body[0]} instead of {kind}.");
    }
}
