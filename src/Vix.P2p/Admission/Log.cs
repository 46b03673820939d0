using Microsoft.Extensions.Logging;

namespace Vix.P2p.Admission;

internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Error, "[p2p] a gatekeeper failed, which refuses who it was asked about")]
    public static partial void GatekeeperFailed(ILogger logger, Exception exception);

    [LoggerMessage(1301, LogLevel.Debug, "A gatekeeper failed again")]
    public static partial void GatekeeperFailedAgain(ILogger logger, Exception exception);
}
