using Microsoft.Extensions.Logging;

namespace Vix.P2p.Peers;

internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Information, "[p2p] connect() requested: {Endpoint}")]
    public static partial void ConnectRequested(ILogger logger, PeerEndpoint endpoint);

    [LoggerMessage(1401, LogLevel.Information, "[p2p] connect() ready: peer_id={PeerId}")]
    public static partial void ConnectReady(ILogger logger, PeerId peerId);

    [LoggerMessage(1402, LogLevel.Information, "[p2p] handshake completed")]
    public static partial void HandshakeCompleted(ILogger logger);

    [LoggerMessage(1403, LogLevel.Information, "[p2p] peer joined: {PeerId} {Direction} {Endpoint} node_id={NodeId}")]
    public static partial void PeerJoined(ILogger logger, PeerId peerId, PeerDirection direction, string endpoint, string? nodeId);

    [LoggerMessage(1404, LogLevel.Information, "[p2p] peer left: {PeerId} {Reason}")]
    public static partial void PeerLeft(ILogger logger, PeerId peerId, string reason);

    [LoggerMessage(1405, LogLevel.Information, "[p2p] connect() failed: {Endpoint} {Reason}: {Detail}")]
    public static partial void ConnectFailed(ILogger logger, PeerEndpoint endpoint, string reason, string detail);

    [LoggerMessage(1406, LogLevel.Debug, "connect() failed again: {Endpoint} {Reason}: {Detail}")]
    public static partial void ConnectFailedAgain(ILogger logger, PeerEndpoint endpoint, string reason, string detail);

    [LoggerMessage(1407, LogLevel.Debug, "peer joined: {PeerId} {Direction} {Endpoint} node_id={NodeId}")]
    public static partial void PeerJoinedQuietly(ILogger logger, PeerId peerId, PeerDirection direction, string endpoint, string? nodeId);

    [LoggerMessage(1408, LogLevel.Debug, "peer left: {PeerId} {Reason}")]
    public static partial void PeerLeftQuietly(ILogger logger, PeerId peerId, string reason);

    [LoggerMessage(1409, LogLevel.Debug, "Inbound handshake from {Remote} failed: {Reason}: {Detail}")]
    public static partial void InboundFailed(ILogger logger, string remote, string reason, string detail);

    [LoggerMessage(1410, LogLevel.Debug, "Inbound peer {PeerId} from {Remote} was rejected: {Reason}")]
    public static partial void InboundRejected(ILogger logger, PeerId peerId, string remote, string reason);

    [LoggerMessage(1411, LogLevel.Debug, "Accepting failed: {Cause}")]
    public static partial void AcceptFailed(ILogger logger, string cause);

    [LoggerMessage(1412, LogLevel.Warning, "[p2p] accepting pauses: {Cause}")]
    public static partial void AcceptPaused(ILogger logger, string cause);

    [LoggerMessage(1417, LogLevel.Debug, "accepting pauses: {Cause}")]
    public static partial void AcceptPausedAgain(ILogger logger, string cause);

    [LoggerMessage(1413, LogLevel.Error, "[p2p] a dial failed unexpectedly: {Endpoint}")]
    public static partial void DialBroken(ILogger logger, Exception exception, PeerEndpoint endpoint);

    [LoggerMessage(1414, LogLevel.Information, "[p2p] peer banned: {PeerId} for {Duration}")]
    public static partial void PeerBanned(ILogger logger, PeerId peerId, TimeSpan duration);

    [LoggerMessage(1415, LogLevel.Information, "[p2p] peer no longer banned: {PeerId}")]
    public static partial void PeerUnbanned(ILogger logger, PeerId peerId);

    [LoggerMessage(1416, LogLevel.Information, "[p2p] no longer kept connected: {Endpoint}")]
    public static partial void PersistentRemoved(ILogger logger, PeerEndpoint endpoint);
}
