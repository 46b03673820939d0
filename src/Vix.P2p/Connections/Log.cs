using Microsoft.Extensions.Logging;

namespace Vix.P2p.Connections;

// A connection's inner life is Debug: a stranger can make these lines come as often as it likes.
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Debug, "Sending failed: {Cause}")]
    public static partial void SendFailed(ILogger logger, string cause);

    [LoggerMessage(1201, LogLevel.Debug, "Receiving failed: {Cause}")]
    public static partial void ReceiveFailed(ILogger logger, string cause);

    [LoggerMessage(1202, LogLevel.Debug, "Peer {PeerId} sent what the protocol does not allow: {Cause}")]
    public static partial void ProtocolViolation(ILogger logger, PeerId peerId, string cause);

    [LoggerMessage(1203, LogLevel.Debug, "Connection to {PeerId} closes: {Reason}")]
    public static partial void Closing(ILogger logger, PeerId peerId, string reason);
}
