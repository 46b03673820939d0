using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Messages;

namespace Vix.P2p.Hosting;

/// <summary>What a node loads at start: its identity, the network's key, its introduction. Holds the secrets and zeroes them.</summary>
internal sealed class NodeParts : IDisposable
{
    /// <summary>This software and its version, as peers are told.</summary>
    public static readonly string Agent = string.Intern("Vix.P2p/" + (typeof(NodeParts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0"));

    private readonly HandshakeSettings _handshake;
    private readonly EllipticCurveGate _gate;
    private readonly AckBudget _acks;
    private readonly EphemeralKeyCache _seen;

    private NodeParts(NodeIdentity identity, HandshakeSettings handshake, P2pNodeOptions options, ConnectionSettings connections)
    {
        Identity = identity;
        _handshake = handshake;
        Connections = connections;
        _gate = new EllipticCurveGate(EllipticCurveGate.Resolve(options.Limits.HandshakeConcurrency));
        _acks = new AckBudget(_gate, connections.Time);
        _seen = new EphemeralKeyCache(options.Limits.EphemeralKeysKept);
    }

    public NodeIdentity Identity { get; }

    public ConnectionSettings Connections { get; }

    public bool HasNetworkKey => _handshake.HasNetworkKey;

    /// <summary>Reads and makes everything.</summary>
    /// <exception cref="P2pStartException">A file cannot be read.</exception>
    public static NodeParts Load(P2pNodeOptions options, string section, LimitBoard limits, TimeProvider time, ILogger log, ChannelSettings channels, NodeSeams seams)
    {
        byte[] key = NetworkKeyFile.Read(options, section);
        try
        {
            NodeIdentity identity = seams.CreateIdentity?.Invoke() ?? LoadIdentity(options, section, log);
            return new NodeParts(identity, new HandshakeSettings(identity, key, options.NetworkName), options, new ConnectionSettings(options, limits, time, log)
            {
                Telemetry = channels.Telemetry,
                CreateTraffic = (connection, writer, role) => new PeerChannel(connection, writer, role, channels),
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static NodeIdentity LoadIdentity(P2pNodeOptions options, string section, ILogger log)
    {
        if (options.IdentityPath is { } path)
            return NodeIdentity.LoadOrCreate(path, $"{section}:{nameof(options.IdentityPath)}");
        Log.EphemeralIdentity(log, section);
        return NodeIdentity.CreateEphemeral();
    }

    public OutboundHandshake Outbound(P2pNodeOptions options, ReadOnlyMemory<byte> introduction) => new(_handshake, _gate, introduction, options.Limits.HandshakeBytes);

    public InboundHandshake Inbound(P2pNodeOptions options) => new(_handshake, _seen, _gate, _acks, options.Limits.HandshakeBytes);

    public void Dispose()
    {
        _handshake.Dispose();
        Identity.Dispose();
        _acks.Dispose();
        _gate.Dispose();
    }

    /// <summary>What this node says of itself; <see cref="NodeProtocols"/> has seen to it that a peer takes it.</summary>
    public static byte[] Introduce(P2pNodeOptions options, string instance, int listenPort, IReadOnlyList<string> protocols) => new Introduction
    {
        NodeId = options.NodeId,
        Instance = instance,
        ListenPort = listenPort,
        Agent = Agent,
        Protocols = protocols,
        MaxMessage = options.Limits.MaxMessageBytes,
        StreamWindow = options.Limits.StreamWindowBytes,
    }.ToUtf8();
}
