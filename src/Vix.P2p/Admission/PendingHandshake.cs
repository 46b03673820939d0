namespace Vix.P2p.Admission;

/// <summary>The place of one inbound handshake; disposing it gives the place back.</summary>
internal sealed class PendingHandshake(PendingHandshakes owner, AddressPrefix? prefix, Action evict) : IDisposable
{
    private volatile bool _proven;

    public AddressPrefix? Prefix => prefix;

    /// <summary>Whether a valid Finish has come, so that it no longer gives way.</summary>
    public bool Proven => _proven;

    /// <summary>Its place in the owner's list, under the owner's lock; null when it has left.</summary>
    internal LinkedListNode<PendingHandshake>? Node { get; set; }

    public void MarkProven() => _proven = true;

    public void Dispose() => owner.Leave(this);

    internal void Evict() => evict();
}
