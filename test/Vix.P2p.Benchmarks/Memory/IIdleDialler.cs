namespace Vix.P2p.Benchmarks.Memory;

/// <summary>The other ends.</summary>
internal interface IIdleDialler : IAsyncDisposable
{
    /// <summary>Opens one connection that stays until the end.</summary>
    Task OpenAsync(int port);
}
