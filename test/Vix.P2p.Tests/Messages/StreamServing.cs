namespace Vix.P2p.Tests.Messages;

/// <summary>A handler that runs over a stream, until the test says how it ends.</summary>
internal sealed class StreamServing(P2pStreamContext context)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public P2pStreamContext Context => context;

    public P2pStream Stream => context.Stream;

    public Task Ended => _end.Task;

    public void Return() => _end.TrySetResult();

    public void Throw(Exception exception) => _end.TrySetException(exception);
}
