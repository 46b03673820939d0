namespace Vix.P2p.Connections;

/// <summary>
/// Lets elliptic-curve work run on a part of the cores only, so that a flood of handshakes leaves the others to the
/// connections that exist.
/// </summary>
internal sealed class EllipticCurveGate(int concurrency) : IDisposable
{
    private readonly SemaphoreSlim _places = new(concurrency, concurrency);

    /// <summary>How much of it runs at once.</summary>
    public int Concurrency => concurrency;

    /// <summary>Half the cores, at least one, where the option does not say otherwise.</summary>
    public static int Resolve(int configured) => configured > 0 ? configured : Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Runs work that takes about a millisecond of processor time.</summary>
    public async ValueTask<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return work();
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
