namespace Vix.P2p.Benchmarks.Memory;

/// <summary>The listening ends of idle connections: those that are measured.</summary>
internal interface IIdleHub : IAsyncDisposable
{
    Task<int> StartAsync();

    /// <summary>Connections that are ready.</summary>
    int Connected { get; }

    /// <summary>What there is to wait for until a connection is idle.</summary>
    TimeSpan Settle { get; }
}
