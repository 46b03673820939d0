namespace Vix.P2p.Diagnostics;

/// <summary>What a node counts over its life. Fields are only touched by <see cref="Interlocked"/> and volatile reads.</summary>
internal sealed class NodeCounters
{
    public long HandshakesStarted;
    public long HandshakesCompleted;
    public long HandshakesFailed;
    public long ConnectAttempts;
    public long ConnectDeduped;
    public long ConnectFailures;
    public long BackoffSkips;
    public long HandlerFailures;
}
