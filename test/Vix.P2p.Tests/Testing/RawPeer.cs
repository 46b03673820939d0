using System.Buffers;
using System.Net;
using Vix.P2p.Handshake;
using Vix.P2p.Records;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Testing;

/// <summary>A peer whose every step a test takes by hand, in either role.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly IP2pTransportConnection _transport;
    private readonly HandshakeInitiator? _initiator;
    private readonly HandshakeResponder? _responder;
    private RawEnd? _end;

    private RawPeer(IP2pTransportConnection transport, TestNode self, bool dialled)
    {
        _transport = transport;
        _initiator = dialled ? self.Dial() : null;
        _responder = dialled ? null : self.Accept();
    }

    public IP2pTransportConnection Transport => _transport;

    /// <summary>The records, once the handshake is over.</summary>
    public RawEnd End => _end ?? throw new InvalidOperationException("The handshake is not over.");

    public static async Task<RawPeer> DialAsync(IP2pTransport network, string host, int port, TestNode self) =>
        new(await network.DialAsync(new DnsEndPoint(host, port), CancellationToken.None), self, dialled: true);

    public static async Task<RawPeer> AcceptAsync(IP2pTransportListener listener, TestNode self) =>
        new((await listener.AcceptAsync(CancellationToken.None).Soon())!, self, dialled: false);

    /// <summary>Dials and goes through the whole handshake up to the node's first frame.</summary>
    public static async Task<RawPeer> ConnectAsync(IP2pTransport network, string host, int port, TestNode self, byte[]? introduction = null)
    {
        RawPeer peer = await DialAsync(network, host, port, self);
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();
        await peer.SendFinishAsync(introduction ?? Introduce("raw"));
        return peer;
    }

    public static byte[] Introduce(string name, string? instance = null, int port = 0, params string[] protocols) =>
        RawEnd.Introduce(name, instance, port, protocols);

    public Task SendHelloAsync() => SendFrameAsync(_initiator!.Hello());

    public async Task<bool> ReadAckAsync()
    {
        byte[]? ack = await ReadHandshakeAsync();
        return ack is not null && _initiator!.ReadAck(ack) == HandshakeFault.None;
    }

    public async Task SendFinishAsync(byte[] introduction)
    {
        HandshakeInitiator initiator = _initiator!;
        byte[] finish = initiator.Finish(introduction);
        using (SessionKeys keys = initiator.Split())
            _end = new RawEnd(_transport, keys);
        await SendFrameAsync(finish);
    }

    public async Task<bool> ReadHelloAsync() =>
        await ReadHandshakeAsync() is { } hello && _responder!.ReadHello(hello) == HandshakeFault.None;

    public Task SendAckAsync() => SendFrameAsync(_responder!.Ack());

    /// <summary>The node's Finish; false when it ended the connection instead.</summary>
    public async Task<bool> ReadFinishAsync()
    {
        if (await ReadHandshakeAsync() is not { } finish)
            return false;
        _responder!.ReadFinish(finish).MustBeNone();
        using (SessionKeys keys = _responder!.Split())
            _end = new RawEnd(_transport, keys);
        return true;
    }

    /// <summary>Goes through the responder's part up to the first frame, which is the test's.</summary>
    public async Task AnswerAsync()
    {
        await ReadHelloAsync();
        await SendAckAsync();
        await ReadFinishAsync();
    }

    public Task SendReadyAsync(byte[]? introduction = null) => End.SendAsync(FrameKind.Ready, introduction ?? Introduce("raw"));

    public async Task SendFrameAsync(byte[] frame) => await _transport.Output.WriteAsync(frame).Soon();

    public async ValueTask DisposeAsync()
    {
        _initiator?.Dispose();
        _responder?.Dispose();
        if (_end is not null)
            await _end.DisposeAsync();
        else
        {
            _transport.Abort();
            await _transport.DisposeAsync();
        }
    }

    /// <summary>One handshake frame; null when the stream ended first, however it did.</summary>
    public async Task<byte[]?> ReadHandshakeAsync()
    {
        try
        {
            while (true)
            {
                System.IO.Pipelines.ReadResult read = await _transport.Input.ReadAsync().Soon();
                byte[] bytes = read.Buffer.ToArray();
                int total = bytes.Length < 2 ? int.MaxValue : 2 + ((bytes[0] << 8) | bytes[1]);
                if (bytes.Length >= total)
                {
                    _transport.Input.AdvanceTo(read.Buffer.GetPosition(total));
                    return bytes[..total];
                }

                _transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted)
                    return null;
            }
        }
        catch (IOException)
        {
            return null;
        }
    }
}
