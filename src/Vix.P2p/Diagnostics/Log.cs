using Microsoft.Extensions.Logging;

namespace Vix.P2p.Diagnostics;

// Event ids: Diagnostics 1000.., Hosting and the node 1100.., Connections 1200.., Admission 1300.., Peers 1400...
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "[p2p] limit reached: {Limit} = {Value}; raise {Setting} if this is honest traffic. Further rejections are only counted in the status.")]
    public static partial void LimitReached(ILogger logger, string limit, long value, string setting);
}
