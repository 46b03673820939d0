using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>
/// Connections of many identities without a node around each: a node has one connection a peer id, so ten thousand
/// ends need ten thousand keys, but not ten thousand timers and tables.
/// </summary>
internal sealed class NodeDialler : IIdleDialler
{
    private readonly P2pNodeOptions _options = new() { NodeId = "dialler" };
    private readonly ConnectionSettings _settings;
    private readonly EllipticCurveGate _gate = new(Environment.ProcessorCount);
    private readonly TcpTransport _transport = new();
    private readonly byte[] _introduction = new Introduction { NodeId = "dialler", Instance = new string('0', 32), ListenPort = 0 }.ToUtf8();
    private readonly List<PeerConnection> _connections = [];

    public NodeDialler() =>
        _settings = new ConnectionSettings(_options, new LimitBoard(_options, "P2p", NullLogger.Instance), TimeProvider.System, NullLogger.Instance);

    public async Task OpenAsync(int port)
    {
        using NodeIdentity identity = NodeIdentity.CreateEphemeral();
        using HandshakeSettings own = new(identity, default, "");
        IP2pTransportConnection transport = await _transport.DialAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);
        var handshake = new OutboundHandshake(own, _gate, _introduction, _options.Limits.HandshakeBytes);
        HandshakeResult result = await handshake.RunAsync(transport, _ => P2pReason.None, CancellationToken.None);
        ReadyObserver observer = new();
        PeerConnection connection;
        using (result.Keys ?? throw new InvalidOperationException($"The handshake failed: {result.Detail}"))
            connection = new PeerConnection(transport, result.Keys, result.RemoteId, "tcp", ConnectionRole.Initiator, _settings, observer);
        lock (_connections)
            _connections.Add(connection);
        observer.Watch(connection.RunAsync());
        await observer.Ready;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PeerConnection connection in _connections)
            connection.Abort(P2pReason.ShuttingDown);
        await Task.WhenAll(_connections.Select(connection => connection.Ended));
        _gate.Dispose();
    }
}
