using Microsoft.Extensions.Logging;

namespace Vix.P2p.Messages;

internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Error, "[p2p] handler failed: {Protocol} {PeerId}")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string protocol, PeerId peerId);

    [LoggerMessage(1501, LogLevel.Debug, "handler failed: {Protocol} {PeerId}")]
    public static partial void HandlerFailedQuietly(ILogger logger, Exception exception, string protocol, PeerId peerId);

    [LoggerMessage(1502, LogLevel.Debug, "Peer {PeerId} sent {Kind} of {Protocol}, for which there is no handler")]
    public static partial void NoHandler(ILogger logger, PeerId peerId, string protocol, string kind);
}
