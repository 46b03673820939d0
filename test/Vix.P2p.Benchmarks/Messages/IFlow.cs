namespace Vix.P2p.Benchmarks.Messages;

/// <summary>Moves messages one way.</summary>
internal interface IFlow : IAsyncDisposable
{
    /// <summary>Sends for about that long, until all that was sent has been received and counted; how many they were.</summary>
    Task<long> RunAsync(TimeSpan time);
}
