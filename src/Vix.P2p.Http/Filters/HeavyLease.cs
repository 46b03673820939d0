namespace Vix.P2p.Http.Filters;

/// <summary>A place for one heavy request; given back once, however often it is disposed.</summary>
internal sealed class HeavyLease(HeavyGate gate) : IDisposable
{
    private HeavyGate? _gate = gate;

    public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
}
