namespace Vix.P2p.Messages;

/// <summary>How many wait for a place in a send queue, and how long they did.</summary>
internal sealed class SendWaits
{
    private long _waiting;

    /// <summary>Those that wait at this moment.</summary>
    public long Count => Volatile.Read(ref _waiting);

    /// <summary>Where the waits are written down; set before there are any.</summary>
    public Action<TimeSpan> Waited { get; set; } = static _ => { };

    public void Begin() => Interlocked.Increment(ref _waiting);

    public void End() => Interlocked.Decrement(ref _waiting);
}
