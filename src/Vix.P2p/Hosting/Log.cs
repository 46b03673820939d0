using Microsoft.Extensions.Logging;

namespace Vix.P2p.Hosting;

internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Information, "[p2p] node started: id={PeerId} listening on {Listen}")]
    public static partial void Started(ILogger logger, PeerId peerId, string listen);

    [LoggerMessage(1101, LogLevel.Information, "[p2p] node stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(1102, LogLevel.Warning, "[p2p] anybody who reaches this listener may connect; set {Section}:NetworkKey or {Section}:AllowedPeers, or add a gatekeeper, to choose who may.")]
    public static partial void OpenToAll(ILogger logger, string section);

    [LoggerMessage(1103, LogLevel.Information, "[p2p] {Section}:IdentityPath is not set: this node's id lasts as long as the process.")]
    public static partial void EphemeralIdentity(ILogger logger, string section);

    [LoggerMessage(1104, LogLevel.Error, "[p2p] a task of the node failed unexpectedly")]
    public static partial void TaskFailed(ILogger logger, Exception exception);

    [LoggerMessage(1106, LogLevel.Warning, "[p2p] {Section}:Peers has {Endpoint}, which this node never dials: {Reason}")]
    public static partial void PeerNotDialled(ILogger logger, string section, PeerEndpoint endpoint, string reason);

    [LoggerMessage(1105, LogLevel.Debug, "The network has changed: planned dials are due now")]
    public static partial void NetworkChanged(ILogger logger);

    [LoggerMessage(1108, LogLevel.Error, "[p2p] what a handler had registered with its cancellation token failed")]
    public static partial void CancellationFailed(ILogger logger, Exception exception);

    [LoggerMessage(1107, LogLevel.Warning, "[p2p] stopped while {Count} handlers still run: they do not end by their cancellation token")]
    public static partial void HandlersLeft(ILogger logger, int count);
}
